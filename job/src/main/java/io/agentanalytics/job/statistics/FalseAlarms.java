package io.agentanalytics.job.statistics;

/** Thresholds of a {@link Cusum} for a constant number of false alarms per day. */
public final class FalseAlarms {
    private static final double MAX_DECREASE = 2;
    private static final double MAX_INCREASE = 4;

    private FalseAlarms() {}

    /**
     * Returns the threshold for a rate of observations, so that a busy subject causes no more false
     * alarms per day than one with one observation per minute. The probability of a false alarm is
     * about e^-threshold per observation (Lorden, Ann. Math. Statist. 1971).
     *
     * @param atOnePerMinute threshold at one observation per minute
     */
    public static double threshold(double atOnePerMinute, double perHour) {
        double more = Math.log(Math.max(perHour, 1e-9) / 60);
        return atOnePerMinute + Math.max(-MAX_DECREASE, Math.min(MAX_INCREASE, more));
    }
}
