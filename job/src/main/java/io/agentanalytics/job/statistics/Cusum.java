package io.agentanalytics.job.statistics;

/**
 * A one-sided cumulative sum of log-likelihood ratios (Page, Biometrika 1954): it stays near zero
 * while nothing has changed and grows with every observation after a change. Kept in state.
 */
public class Cusum {
    /** At least this much evidence is a change in progress, which must not teach a baseline. */
    private static final double IN_PROGRESS = 3;

    /** At most this much is kept when a change is over. */
    private static final double AFTER_RECOVERY = 2;

    public double sum;

    /** For Flink. */
    public Cusum() {}

    /**
     * @param ratio logarithm of the likelihood of the observation after a change, divided by its
     *     likelihood before
     */
    public void add(double ratio) {
        add(ratio, Double.POSITIVE_INFINITY);
    }

    /**
     * @param most at most this much evidence is kept, so that a long change ends in bounded time
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

    /** The ratio of a success or failure whose probability goes from {@code before} to after. */
    public static double bernoulli(boolean hit, double before, double after) {
        return hit ? Math.log(after / before) : Math.log((1 - after) / (1 - before));
    }

    /**
     * The ratio of a normal observation whose mean rises by a shift.
     *
     * @param z the observation, and {@code shift}, in standard deviations
     */
    public static double normal(double z, double shift) {
        return shift * (z - shift / 2);
    }
}
