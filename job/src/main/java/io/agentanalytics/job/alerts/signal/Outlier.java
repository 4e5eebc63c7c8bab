package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.statistics.RobustBaseline;

/**
 * Detects a single value far above the baseline: above a ratio of the median, and far by the robust
 * z-score of its logarithm. Stored in Flink state.
 */
public class Outlier {
    public RobustBaseline usual = new RobustBaseline();

    /** Required by Flink's POJO serializer. */
    public Outlier() {}

    /**
     * Adds a value of at least one. Returns true if it is an outlier against the values before it.
     */
    boolean feed(double value, AlertRule rule) {
        boolean out = isOutlier(value, rule);
        usual.add(ln(value));
        return out;
    }

    /** Corrects a value. Returns true if only the corrected value is an outlier. */
    boolean amend(double before, double value, AlertRule rule) {
        boolean out = !isOutlier(before, rule) && isOutlier(value, rule);
        usual.replace(ln(before), ln(value));
        return out;
    }

    private boolean isOutlier(double value, AlertRule rule) {
        return usual.size() >= rule.get(RuleParameter.MIN_SAMPLES)
                && usual.isOutlier(
                        ln(value), rule.get(RuleParameter.RATIO), rule.get(RuleParameter.Z));
    }

    private static double ln(double value) {
        return Math.log(Math.max(1, value));
    }

    double usual() {
        return Math.exp(usual.median);
    }
}
