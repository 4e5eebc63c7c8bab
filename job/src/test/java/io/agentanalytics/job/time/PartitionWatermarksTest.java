package io.agentanalytics.job.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.util.clock.ManualClock;
import org.junit.jupiter.api.Test;

class PartitionWatermarksTest {
    private static final long NOW = Instant.parse("2026-11-22T14:00:00Z").toEpochMilli();
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;
    private static final Duration IDLENESS = Duration.ofSeconds(10);
    private static final WatermarkLimits LIMITS =
            new WatermarkLimits(
                    Duration.ofSeconds(5), IDLENESS, Duration.ofHours(1), Duration.ofMinutes(5));

    private final ManualClock activity = new ManualClock();
    private final ManualClock clock = new ManualClock(Duration.ofMillis(NOW).toNanos());
    private final PartitionWatermarks<Received> supplier = supplier(LIMITS);

    private static PartitionWatermarks<Received> supplier(WatermarkLimits limits) {
        return new PartitionWatermarks<>(limits, Received::append);
    }

    private record Received(long time, long append) {}

    /** A partition and what its generator said last. */
    private final class Partition implements WatermarkOutput {
        private final WatermarkGenerator<Received> generator;
        private boolean idle;
        private long reached;

        Partition(PartitionWatermarks<Received> supplier) {
            generator = supplier.generator(activity, clock);
        }

        Partition() {
            this(supplier);
        }

        void deliver(long time, long append) {
            generator.onEvent(new Received(time, append), time, this);
            generator.onPeriodicEmit(this);
        }

        /** Delivers an event that was appended when it happened. */
        void deliver(long time) {
            deliver(time, time);
        }

        boolean isIdle() {
            generator.onPeriodicEmit(this);
            return idle;
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            idle = false;
            reached = watermark.getTimestamp();
        }

        @Override
        public void markIdle() {
            idle = true;
        }

        @Override
        public void markActive() {
            idle = false;
        }
    }

    /** Lets time pass while partitions are read. */
    private void pass(Duration time) {
        activity.advanceTime(time);
        clock.advanceTime(time);
    }

    private void assertIdleAfter(Duration patience, Partition partition) {
        pass(patience);
        assertThat(partition.isIdle()).isFalse();
        pass(Duration.ofMillis(1));
        assertThat(partition.isIdle()).isTrue();
    }

    @Test
    void watermarkIsBehindTheNewestRecord() {
        Partition partition = new Partition();
        assertThat(partition.isIdle()).isFalse();
        assertThat(partition.reached).isEqualTo(Long.MIN_VALUE);
        partition.deliver(NOW - MINUTE);
        partition.deliver(NOW - HOUR);
        assertThat(partition.reached).isEqualTo(NOW - MINUTE - 5 * SECOND - 1);
    }

    @Test
    void livePartition_isIdleAfterTheConfiguredTime() {
        Partition partition = new Partition();
        partition.deliver(NOW - SECOND);
        assertIdleAfter(IDLENESS, partition);
        partition.deliver(NOW);
        assertThat(partition.idle).isFalse();
        assertIdleAfter(IDLENESS, partition);
    }

    @Test
    void partitionBehindByHalfTheLateness_isIdleAfterAMinute() {
        Partition partition = new Partition();
        partition.deliver(NOW - HOUR / 2 + 1);
        assertIdleAfter(IDLENESS, partition);
        partition = new Partition();
        partition.deliver(NOW - HOUR / 2);
        pass(Duration.ofSeconds(11));
        assertThat(partition.isIdle()).isFalse();
        assertIdleAfter(Duration.ofSeconds(49), partition);
    }

    @Test
    void shortLateness_needsALagOfAMinute() {
        var limits =
                new WatermarkLimits(
                        Duration.ZERO, IDLENESS, Duration.ofSeconds(20), Duration.ofMinutes(5));
        Partition partition = new Partition(supplier(limits));
        partition.deliver(NOW - MINUTE + 1);
        assertIdleAfter(IDLENESS, partition);
        partition.deliver(NOW - MINUTE);
        assertIdleAfter(Duration.ofMinutes(1), partition);
    }

    @Test
    void longerIdlenessIsKeptInABacklog() {
        Duration idleness = Duration.ofMinutes(3);
        var limits =
                new WatermarkLimits(
                        Duration.ZERO, idleness, Duration.ofHours(1), Duration.ofMinutes(5));
        Partition partition = new Partition(supplier(limits));
        partition.deliver(NOW - 2 * HOUR);
        assertIdleAfter(idleness, partition);
    }

    /** An old recording is no backlog: the records are new. */
    @Test
    void lagIsThatOfTheAppendTime() {
        Partition partition = new Partition();
        partition.deliver(NOW - 3 * HOUR, NOW - SECOND);
        assertIdleAfter(IDLENESS, partition);
        partition.deliver(NOW - 3 * HOUR, -1);
        assertIdleAfter(Duration.ofMinutes(1), partition);
    }

    @Test
    void partitionThatHasCaughtUp_isLiveAgain() {
        Partition partition = new Partition();
        partition.deliver(NOW - 2 * HOUR);
        pass(Duration.ofSeconds(30));
        partition.deliver(NOW);
        assertIdleAfter(IDLENESS, partition);
    }

    @Test
    void partitionThatDeliveredNothing_hasTheLagThatTheOthersHad() {
        Partition silent = new Partition();
        Partition other = new Partition();
        other.deliver(NOW - 2 * HOUR);
        pass(Duration.ofSeconds(30));
        other.deliver(NOW + 30 * SECOND);
        assertThat(silent.isIdle()).isFalse();
        assertIdleAfter(Duration.ofSeconds(30), silent);
    }

    @Test
    void emptyPartition_isIdleAfterTheConfiguredTime_ifTheOthersAreLive() {
        Partition silent = new Partition();
        Partition other = new Partition();
        other.deliver(NOW);
        assertIdleAfter(IDLENESS, silent);
    }

    /** Nothing is known of a subtask without records; its partitions may be empty. */
    @Test
    void subtaskWithoutRecords_isIdleAfterTheConfiguredTime_untilOneTellsOfABacklog() {
        Partition silent = new Partition();
        Partition other = new Partition();
        assertIdleAfter(IDLENESS, silent);
        other.deliver(NOW - 2 * HOUR);
        assertThat(silent.isIdle()).isFalse();
    }

    @Test
    void ownLagCounts_notThatOfTheOthers() {
        Partition live = new Partition();
        Partition behind = new Partition();
        live.deliver(NOW);
        behind.deliver(NOW - 2 * HOUR);
        assertIdleAfter(IDLENESS, live);
        assertThat(behind.isIdle()).isFalse();
    }

    @Test
    void timeWithoutReading_isNoSilence() {
        Partition partition = new Partition();
        partition.deliver(NOW);
        clock.advanceTime(Duration.ofHours(1));
        assertIdleAfter(IDLENESS, partition);
    }

    @Test
    void deadLettersAreNoActivity() {
        Partition partition = new Partition();
        partition.deliver(NOW);
        pass(IDLENESS);
        partition.deliver(Long.MIN_VALUE, NOW);
        pass(Duration.ofMillis(1));
        assertThat(partition.isIdle()).isTrue();
    }

    /** A topic may have the times of its producers. */
    @Test
    void wrongClockOfAProducer_doesNotMoveTheWatermarkAheadOfThePresent() {
        Partition partition = new Partition();
        partition.deliver(NOW - MINUTE);
        partition.deliver(NOW + 3 * HOUR);
        assertThat(partition.reached).isEqualTo(NOW - 5 * SECOND - 1);
        pass(Duration.ofSeconds(30));
        partition.deliver(NOW + 20 * SECOND);
        assertThat(partition.reached).isEqualTo(NOW + 15 * SECOND - 1);
    }

    @Test
    void clocksMayDifferByTheTolerance() {
        Partition partition = new Partition();
        partition.deliver(NOW + 5 * MINUTE);
        assertThat(partition.reached).isEqualTo(NOW + 5 * MINUTE - 5 * SECOND - 1);
    }
}
