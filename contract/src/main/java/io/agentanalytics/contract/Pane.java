package io.agentanalytics.contract;

/** The shortest window of statistics: sums of providers and of the fleet are kept for each. */
public final class Pane {
    public static final int SECONDS = 10;
    public static final long MILLIS = SECONDS * 1000L;

    private Pane() {}

    /** Start of the pane of a moment, epoch ms. */
    public static long startOf(long timeMillis) {
        return Math.floorDiv(timeMillis, MILLIS) * MILLIS;
    }
}
