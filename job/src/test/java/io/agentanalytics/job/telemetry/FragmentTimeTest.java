package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.time.WatermarkLimits;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FragmentTimeTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private final Instant now = Clock.systemUTC().instant();
    private OneInputStreamOperatorTestHarness<SourceRecord, SourceRecord> harness;

    @BeforeEach
    void open() throws Exception {
        var limits =
                new WatermarkLimits(
                        Duration.ZERO, Duration.ofSeconds(10), HOUR, Duration.ofMinutes(5));
        harness = new OneInputStreamOperatorTestHarness<>(new FragmentTime(limits));
        harness.getExecutionConfig().setAutoWatermarkInterval(200);
        harness.setProcessingTime(now.toEpochMilli());
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static long millis(Instant time) {
        return time.toEpochMilli();
    }

    /** Receives an event, and returns after the next watermark. */
    private void receive(Duration ago) throws Exception {
        Instant time = now.minus(ago);
        var event = new TaskEventBuilder(EventType.TASK_STARTED, "e", time, "task", "agent");
        harness.processElement(new SourceRecord(event.build(), null, -1, -1, millis(time)), 0);
        pass(Duration.ofMillis(200));
    }

    /** Notes that all partitions were read up to a time. */
    private void read(Duration ago) throws Exception {
        harness.processWatermark(millis(now.minus(ago)));
        pass(Duration.ofMillis(200));
    }

    private void pass(Duration time) throws Exception {
        harness.setProcessingTime(harness.getProcessingTime() + time.toMillis());
    }

    /** Returns how far event time is behind the present. */
    private Duration behind() {
        long reached =
                harness.getOutput().stream()
                        .filter(Watermark.class::isInstance)
                        .mapToLong(w -> ((Watermark) w).getTimestamp() + 1)
                        .max()
                        .orElse(0);
        return Duration.between(Instant.ofEpochMilli(reached), Instant.ofEpochMilli(millis(now)));
    }

    private void assertNoTime() {
        assertThat(harness.getOutput()).noneMatch(Watermark.class::isInstance);
    }

    @Test
    void live_followsTheNewestEvent() throws Exception {
        receive(SECOND);
        assertThat(behind()).isEqualTo(SECOND);
        read(MINUTE);
        receive(Duration.ZERO);
        assertThat(behind()).isZero();
    }

    /** A partition was read to its end before the other one began. */
    @Test
    void backlog_waitsForThePartitionThatBeginsLater() throws Exception {
        receive(HOUR.multipliedBy(3));
        receive(SECOND);
        assertNoTime();
        read(HOUR.multipliedBy(3));
        assertThat(behind()).isBetween(HOUR.multipliedBy(3).minusMillis(1), HOUR.multipliedBy(3));
        receive(HOUR.multipliedBy(3));
        read(Duration.ofMinutes(29));
        assertThat(behind()).isEqualTo(SECOND);
    }

    @Test
    void backlog_doesNotWaitForIdlePartitions() throws Exception {
        receive(HOUR.multipliedBy(3));
        receive(SECOND);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        pass(SECOND);
        assertThat(behind()).isEqualTo(SECOND);
    }

    @Test
    void endOfTheInput_endsEventTime() throws Exception {
        receive(HOUR.multipliedBy(3));
        harness.processWatermark(Long.MAX_VALUE);
        assertThat(harness.getOutput()).last().isEqualTo(Watermark.MAX_WATERMARK);
    }
}
