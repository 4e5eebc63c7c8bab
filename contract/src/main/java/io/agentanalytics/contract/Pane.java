package io.agentanalytics.contract;

/** Shortest window of statistics. Sums of providers and of the fleet are kept per pane. */
public final class Pane {
    public static final int SECONDS = 10;
    public static final long MILLIS = SECONDS * 1000L;

    private Pane() {}

    /** Returns the start (epoch ms) of the pane that contains a time. */
    public static long startOf(long timeMillis) {
        return Math.floorDiv(timeMillis, MILLIS) * MILLIS;
    }
}
