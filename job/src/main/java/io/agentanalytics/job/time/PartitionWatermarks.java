package io.agentanalytics.job.time;

import io.agentanalytics.job.time.EventTime.AppendTime;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.Clock;
import org.apache.flink.util.clock.RelativeClock;
import org.apache.flink.util.clock.SystemClock;
import org.jspecify.annotations.Nullable;

/**
 * Supplier of the watermarks of the partitions of one subtask. The watermark of a partition follows
 * its newest record. A silent partition becomes idle, but in a backlog only after a longer silence:
 * otherwise the others would move the watermark past its records, which would be refused as too
 * late.
 */
final class PartitionWatermarks<T> implements WatermarkGeneratorSupplier<T> {
    private static final long serialVersionUID = 1L;

    private final WatermarkLimits limits;
    private final AppendTime<T> append;

    /** Flink deserializes the supplier in each subtask, so this is shared by its partitions. */
    private transient @Nullable SubtaskLag lag;

    PartitionWatermarks(WatermarkLimits limits, AppendTime<T> append) {
        this.limits = limits;
        this.append = append;
    }

    @Override
    public WatermarkGenerator<T> createWatermarkGenerator(Context context) {
        return generator(context.getInputActivityClock(), SystemClock.getInstance());
    }

    /**
     * @param activity clock that stands still while the partition is not read, because of
     *     back-pressure or alignment
     */
    WatermarkGenerator<T> generator(RelativeClock activity, Clock clock) {
        SubtaskLag shared = lag == null ? new SubtaskLag() : lag;
        lag = shared;
        return new Generator<>(this, shared, activity, clock);
    }

    /** Lag of a subtask, assumed for partitions that have delivered nothing in this run. */
    private static final class SubtaskLag {
        private long longestMillis; // the others may have caught up while one was silent
    }

    private static final class Generator<T> implements WatermarkGenerator<T> {
        private final AppendTime<T> append;
        private final WatermarkLimits limits;
        private final SubtaskLag shared;
        private final RelativeClock activity;
        private final Clock clock;
        private final long delay;
        private final long future;

        private long newest;
        private long lag;
        private boolean hasDelivered;
        private boolean hasSpoken;
        private long silentSince;

        Generator(
                PartitionWatermarks<T> supplier,
                SubtaskLag shared,
                RelativeClock activity,
                Clock clock) {
            this.append = supplier.append;
            this.limits = supplier.limits;
            this.shared = shared;
            this.activity = activity;
            this.clock = clock;
            delay = limits.outOfOrderness().toMillis() + 1;
            future = limits.future().toMillis();
            newest = Long.MIN_VALUE + delay;
            silentSince = activity.relativeTimeNanos();
        }

        @Override
        public void onEvent(T received, long time, WatermarkOutput output) {
            if (time == Long.MIN_VALUE) {
                return; // a dead letter must not make an idle partition active
            }
            long now = clock.absoluteTimeMillis();
            // A wrong clock of one producer must not make the events of all others too late.
            newest = Math.max(newest, time > now + future ? now : time);
            long appended = append.applyAsLong(received);
            lag = now - (appended > 0 ? appended : time);
            shared.longestMillis = Math.max(shared.longestMillis, lag);
            hasDelivered = true;
            hasSpoken = true;
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            if (isIdle()) {
                output.markIdle();
            } else {
                output.emitWatermark(new Watermark(newest - delay));
            }
        }

        private boolean isIdle() {
            long now = activity.relativeTimeNanos();
            if (hasSpoken) {
                hasSpoken = false;
                silentSince = now;
            }
            long behind = hasDelivered ? lag : shared.longestMillis;
            return now - silentSince > limits.patience(behind).toNanos();
        }
    }
}
