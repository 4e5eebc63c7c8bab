package io.agentanalytics.job.model;

/**
 * By how much the waiting tasks of an agent type changed in ten seconds of event time, and how many
 * were started.
 */
public record QueueChange(String agentType, long paneMillis, long pending, long started) {
    public static final long PANE_MILLIS = 10_000;

    public static long paneOf(long timeMillis) {
        return Math.floorDiv(timeMillis, PANE_MILLIS) * PANE_MILLIS;
    }
}
