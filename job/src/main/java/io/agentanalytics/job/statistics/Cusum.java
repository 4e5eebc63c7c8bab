package io.agentanalytics.job.statistics;

/**
 * One-sided cumulative sum of log-likelihood ratios (Page, Biometrika 1954): it stays near zero
 * without a change and grows with every observation after a change. Kept in state.
 */
public class Cusum {
    /** Minimum evidence of a change in progress, during which a baseline must not be updated. */
    private static final double IN_PROGRESS = 3;

    /** Maximum evidence that is kept when a change is over. */
    private static final double AFTER_RECOVERY = 2;

    public double sum;

    /** Required by Flink. */
    public Cusum() {}

    /**
     * Adds an observation.
     *
     * @param ratio logarithm of the ratio of the observation's likelihood after a change to its
     *     likelihood before
     */
    public void add(double ratio) {
        add(ratio, Double.POSITIVE_INFINITY);
    }

    /**
     * Adds an observation, but keeps limited evidence.
     *
     * @param most maximum evidence that is kept, so that a long change ends in bounded time
     */
    public void add(double ratio, double most) {
        sum = Math.min(most, Math.max(0, sum + ratio));
    }

    public boolean isInProgress() {
        return sum >= IN_PROGRESS;
    }

    public void recovered() {
        sum = Math.min(sum, AFTER_RECOVERY);
    }

    public void reset() {
        sum = 0;
    }

    /**
     * Returns the log-likelihood ratio of a success or failure whose probability changes from
     * {@code before} to {@code after}.
     */
    public static double bernoulli(boolean hit, double before, double after) {
        return hit ? Math.log(after / before) : Math.log((1 - after) / (1 - before));
    }

    /**
     * Returns the log-likelihood ratio of a normal observation whose mean rises by a shift.
     *
     * @param z observation in standard deviations, as is {@code shift}
     */
    public static double normal(double z, double shift) {
        return shift * (z - shift / 2);
    }
}
