package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;

/**
 * Tells a single value that is far from what is usual: above a ratio of the median, and far by the
 * robust z of its logarithm. Kept in state.
 */
public class Outlier {
    private static final double LEAST_DEVIATION = 0.25;

    public Usual usual = new Usual();

    /** For Flink. */
    public Outlier() {}

    /** Takes in a value that is at least one; true if it is an outlier among those before it. */
    boolean feed(double value, AlertRule rule) {
        double ln = Math.log(Math.max(1, value));
        boolean out = false;
        if (usual.size() >= rule.get("min_samples")) {
            double over = ln - usual.median;
            out =
                    over > Math.log(rule.get("ratio"))
                            && over / Math.max(usual.deviation, LEAST_DEVIATION) > rule.get("z");
        }
        usual.add(ln);
        return out;
    }

    double usual() {
        return Math.exp(usual.median);
    }
}
