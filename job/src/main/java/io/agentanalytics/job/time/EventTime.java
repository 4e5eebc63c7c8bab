package io.agentanalytics.job.time;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.SourceRecord;
import java.io.Serializable;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Event time per partition. The watermark follows the events' own times, capped at the broker's
 * append time: a fast clock of one producer must not close the windows of all others. Dead letters
 * have no time.
 */
public final class EventTime {
    private EventTime() {}

    /** Append time of a record, epoch ms; not positive if it has none. */
    public interface AppendTime<T> extends ToLongFunction<T>, Serializable {}

    public static WatermarkStrategy<SourceRecord> strategy(WatermarkLimits limits, Duration drift) {
        return following(limits)
                .withWatermarkAlignment("task-events", drift, Duration.ofMillis(500));
    }

    /** Strategy for events that the job makes itself. Alignment is for sources only. */
    public static WatermarkStrategy<SourceRecord> following(WatermarkLimits limits) {
        return WatermarkStrategy.forGenerator(
                        new PartitionWatermarks<>(limits, SourceRecord::appendMillis))
                .withTimestampAssigner((received, append) -> timeOf(received));
    }

    /** Strategy for records whose time is their append time. */
    public static <T> WatermarkStrategy<T> appended(WatermarkLimits limits, AppendTime<T> append) {
        return WatermarkStrategy.forGenerator(new PartitionWatermarks<>(limits.inOrder(), append))
                .withTimestampAssigner((received, kafka) -> append.applyAsLong(received));
    }

    /** Strategy for control topics, which have no event time and never hold back the watermark. */
    public static <T> WatermarkStrategy<T> none() {
        return WatermarkStrategy.forGenerator(context -> new Idle<>());
    }

    private static final class Idle<T> implements WatermarkGenerator<T> {
        @Override
        public void onEvent(T event, long timestamp, WatermarkOutput output) {}

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            output.markIdle();
        }
    }

    static long timeOf(SourceRecord received) {
        TaskEvent event = received.event();
        return event == null
                ? Long.MIN_VALUE
                : Math.min(event.timeMillis(), received.appendMillis());
    }
}
