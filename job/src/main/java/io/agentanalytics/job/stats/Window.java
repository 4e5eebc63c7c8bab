package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Tally;

/** A window's value and whether the watermark has passed its end. Kept in state. */
public class Window {
    public Tally tally = new Tally();
    public boolean closed;
    public boolean dirty;

    /** For Flink. */
    public Window() {}

    /** Which window of a scope: its length in seconds and its start, epoch ms. */
    public record Id(int seconds, long start) {
        static Id of(int seconds, long timeMillis) {
            long size = seconds * 1000L;
            return new Id(seconds, Math.floorDiv(timeMillis, size) * size);
        }

        long end() {
            return start + seconds * 1000L;
        }
    }
}
