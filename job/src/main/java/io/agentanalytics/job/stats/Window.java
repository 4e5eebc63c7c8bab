package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.model.WindowRowBuilder;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Value of a window whose end the watermark has passed. Kept in state. Most windows do not change
 * again, so the value is kept in its compact form, a fraction of a {@link Tally}.
 *
 * @param tally value in the form of {@link Tally#toBytes}
 * @param closed false only in state of earlier versions, which kept open windows in the same map
 */
@TypeInfo(WindowSerializer.TypeFactory.class)
public record Window(byte[] tally, boolean closed) {
    Window plus(Tally change) {
        return new Window(value().plus(change).toBytes(), closed);
    }

    Tally value() {
        return Tally.ofBytes(tally);
    }

    static WindowRow row(Scope scope, Id id, Tally value, boolean closed) {
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
    @TypeInfo(WindowIdSerializer.TypeFactory.class)
    public record Id(int seconds, long start) {
        static Id of(int seconds, long timeMillis) {
            long size = seconds * 1000L;
            return new Id(seconds, Math.floorDiv(timeMillis, size) * size);
        }

        long end() {
            return start + seconds * 1000L;
        }

        /** Returns true if the range of the other window is in this one's. */
        boolean contains(Id other) {
            return other.start >= start && other.end() <= end();
        }
    }
}
