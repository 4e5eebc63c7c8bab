package io.agentanalytics.job.budgets;

/**
 * Expected cost with its uncertainty. Integers, so that sums of estimates can be taken back
 * exactly.
 *
 * @param nanos expected cost in nano-dollars
 * @param variance variance of the cost, in squares of {@link #UNIT} nano-dollars
 */
record Estimate(long nanos, long variance) {
    static final Estimate NONE = new Estimate(0, 0);

    /** A ten-thousandth of a dollar: fine enough for cheap tasks, without overflow of sums. */
    static final double UNIT = 1e5;

    private static final double MAX_VARIANCE = 1e16;

    static Estimate of(double count, double sum, double squares) {
        if (count <= 0) {
            return NONE;
        }
        double mean = sum / count;
        double variance = Math.max(0, squares / count - mean * mean) / (UNIT * UNIT);
        return new Estimate(Math.round(mean), Math.round(Math.min(variance, MAX_VARIANCE)));
    }
}
