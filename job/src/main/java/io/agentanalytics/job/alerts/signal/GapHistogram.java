package io.agentanalytics.job.alerts.signal;

/**
 * Histogram of the gaps between two events of an entity. Each class is 1.5 times as long as the
 * previous one, from 0.1 s to days. Stored in Flink state.
 */
public class GapHistogram {
    private static final double BASE = 1.5;
    private static final double FIRST_MILLIS = 100;
    private static final int CLASSES = 40;
    private static final double USUAL = 0.999;

    /** Number of gaps at which all are counted half: an agent's pace may change for good. */
    private static final int MOST = 4_000;

    public int[] counts = new int[CLASSES];
    public long n;

    /** Required by Flink's POJO serializer. */
    public GapHistogram() {}

    void add(long millis) {
        double steps = Math.log(Math.max(FIRST_MILLIS, millis) / FIRST_MILLIS) / Math.log(BASE);
        counts[(int) Math.min(CLASSES - 1, Math.round(Math.ceil(steps)))]++;
        n++;
        if (n >= MOST) {
            n = 0;
            for (int i = 0; i < CLASSES; i++) {
                counts[i] = (counts[i] + 1) / 2;
                n += counts[i];
            }
        }
    }

    /** Returns the upper end of the class with the 99.9th percentile of the gaps. */
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
