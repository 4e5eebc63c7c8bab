package io.agentanalytics.job.alerts.signal;

/**
 * How long an entity is silent between two signs of life: counts by length, each class half as long
 * again as the one before, from a tenth of a second to days. Kept in state.
 */
public class GapHistogram {
    private static final double BASE = 1.5;
    private static final double FIRST_MILLIS = 100;
    private static final int CLASSES = 40;
    private static final double USUAL = 0.999;

    public int[] counts = new int[CLASSES];
    public long n;

    /** For Flink. */
    public GapHistogram() {}

    void add(long millis) {
        double steps = Math.log(Math.max(FIRST_MILLIS, millis) / FIRST_MILLIS) / Math.log(BASE);
        counts[(int) Math.min(CLASSES - 1, Math.round(Math.ceil(steps)))]++;
        n++;
    }

    /** The length that 99.9 % of the gaps do not exceed; a class's upper end. */
    long p999Millis() {
        long wanted = (long) Math.ceil(USUAL * n);
        long seen = 0;
        for (int i = 0; i < CLASSES; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return Math.round(FIRST_MILLIS * Math.pow(BASE, i));
            }
        }
        return Long.MAX_VALUE;
    }
}
