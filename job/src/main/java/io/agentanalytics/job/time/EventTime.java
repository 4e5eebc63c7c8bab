package io.agentanalytics.job.time;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.eventtime.WatermarksWithIdleness;

/**
 * Event time per partition. The watermark follows the events' own times, capped at the broker's
 * append time: a fast clock of one producer must not close the windows of all others. Dead letters
 * have no time.
 */
public final class EventTime {
    private EventTime() {}

    public static WatermarkStrategy<SourceRecord> strategy(
            Duration outOfOrderness, Duration idleness, Duration drift) {
        return following(outOfOrderness, idleness)
                .withWatermarkAlignment("task-events", drift, Duration.ofMillis(500));
    }

    /** Strategy for events that the job makes itself. Alignment is for sources only. */
    public static WatermarkStrategy<SourceRecord> following(
            Duration outOfOrderness, Duration idleness) {
        long lag = outOfOrderness.toMillis();
        return WatermarkStrategy.<SourceRecord>forGenerator(
                        context ->
                                new EventsOnly(
                                        new WatermarksWithIdleness<>(
                                                new Newest(lag),
                                                idleness,
                                                context.getInputActivityClock())))
                .withTimestampAssigner((received, append) -> timeOf(received));
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

    /**
     * Ignores dead letters: they have no time, and they must not make an idle partition active,
     * which would stop the watermark.
     */
    private static final class EventsOnly implements WatermarkGenerator<SourceRecord> {
        private final WatermarkGenerator<SourceRecord> events;

        EventsOnly(WatermarkGenerator<SourceRecord> events) {
            this.events = events;
        }

        @Override
        public void onEvent(SourceRecord received, long timestamp, WatermarkOutput output) {
            if (received.event() != null) {
                events.onEvent(received, timestamp, output);
            }
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            events.onPeriodicEmit(output);
        }
    }

    private static final class Newest implements WatermarkGenerator<SourceRecord> {
        private final long lag;
        private long newest;

        Newest(long lag) {
            this.lag = lag;
            this.newest = Long.MIN_VALUE + lag + 1;
        }

        @Override
        public void onEvent(SourceRecord received, long timestamp, WatermarkOutput output) {
            newest = Math.max(newest, timestamp);
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            output.emitWatermark(new Watermark(newest - lag - 1));
        }
    }
}
