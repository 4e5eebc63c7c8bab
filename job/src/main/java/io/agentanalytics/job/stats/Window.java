package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.WindowRow;

/** A window's value and whether the watermark has passed its end. Kept in state. */
public class Window {
    public Tally tally = new Tally();
    public boolean closed;
    public boolean dirty;

    /** For Flink. */
    public Window() {}

    WindowRow row(Scope scope, Id id) {
        return new WindowRow(
                scope,
                id.seconds(),
                id.start(),
                closed,
                tally.seen(),
                tally.figures(),
                tally.requestLatency().toBytes(),
                tally.taskDuration().toBytes());
    }

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
