package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.model.WindowRowBuilder;

/**
 * Value of a window, with a flag that is true if the watermark has passed its end. Kept in state.
 * Most windows do not change again, so the value is stored in its compact form, a fraction of a
 * {@link Tally}.
 */
public class Window {
    public byte[] tally = {};
    public boolean closed;

    /** Required by Flink. */
    public Window() {}

    void plus(Tally change) {
        tally = Tally.ofBytes(tally).plus(change).toBytes();
    }

    WindowRow row(Scope scope, Id id) {
        Tally value = Tally.ofBytes(tally);
        return WindowRowBuilder.builder()
                .scope(scope)
                .seconds(id.seconds())
                .start(id.start())
                .closed(closed)
                .seen(value.seen())
                .figures(value.figures())
                .requestLatency(value.requestLatency().toBytes())
                .taskDuration(value.taskDuration().toBytes())
                .build();
    }

    /** Identifies a window of a scope: its length in seconds and its start, epoch ms. */
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
