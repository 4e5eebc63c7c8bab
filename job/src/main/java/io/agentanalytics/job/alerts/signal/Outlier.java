package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.statistics.RobustBaseline;

/**
 * Tells a single value that is far from what is usual: above a ratio of the median, and far by the
 * robust z of its logarithm. Kept in state.
 */
public class Outlier {
    private static final double LEAST_DEVIATION = 0.25;

    public RobustBaseline usual = new RobustBaseline();

    /** For Flink. */
    public Outlier() {}

    /** Takes in a value that is at least one; true if it is an outlier among those before it. */
    boolean feed(double value, AlertRule rule) {
        boolean out = isOutlier(value, rule);
        usual.add(ln(value));
        return out;
    }

    /** A value turns out to be another one; true if that makes it an outlier. */
    boolean amend(double before, double value, AlertRule rule) {
        boolean out = !isOutlier(before, rule) && isOutlier(value, rule);
        usual.replace(ln(before), ln(value));
        return out;
    }

    private boolean isOutlier(double value, AlertRule rule) {
        double over = ln(value) - usual.median;
        return usual.size() >= rule.get(RuleParameter.MIN_SAMPLES)
                && over > Math.log(rule.get(RuleParameter.RATIO))
                && over / Math.max(usual.deviation, LEAST_DEVIATION) > rule.get(RuleParameter.Z);
    }

    private static double ln(double value) {
        return Math.log(Math.max(1, value));
    }

    double usual() {
        return Math.exp(usual.median);
    }
}
