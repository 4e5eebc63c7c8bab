package io.agentanalytics.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdleClockTest {
    private OneInputStreamOperatorTestHarness<String, String> harness;

    @BeforeEach
    void open() throws Exception {
        harness = new OneInputStreamOperatorTestHarness<>(new IdleClock<>(Duration.ofMinutes(2)));
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private List<Long> watermarks() {
        return harness.getOutput().stream()
                .filter(Watermark.class::isInstance)
                .map(w -> ((Watermark) w).getTimestamp())
                .toList();
    }

    private long reached() {
        List<Long> all = watermarks();
        assertThat(all).isSorted();
        return all.get(all.size() - 1);
    }

    private void restore(OperatorSubtaskState snapshot) throws Exception {
        harness.close();
        harness = new OneInputStreamOperatorTestHarness<>(new IdleClock<>(Duration.ofMinutes(2)));
        harness.initializeState(snapshot);
        harness.open();
    }

    @Test
    void advancesEventTimeWhileIdle_upToALimit() throws Exception {
        harness.processElement("event", 100_000);
        harness.processWatermark(95_000);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        harness.setProcessingTime(30_000);
        assertThat(reached()).isEqualTo(125_000);
        harness.setProcessingTime(3_600_000);
        assertThat(reached()).isEqualTo(220_000);
        assertThat(harness.getOutput()).last().isEqualTo(WatermarkStatus.IDLE);
    }

    @Test
    void neverGoesBackWhenEventsReturn() throws Exception {
        harness.processElement("event", 100_000);
        harness.processWatermark(95_000);
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        harness.setProcessingTime(60_000);
        harness.processWatermarkStatus(WatermarkStatus.ACTIVE);
        harness.processElement("event", 101_000);
        harness.processWatermark(96_000);
        harness.processWatermark(160_000);
        assertThat(reached()).isEqualTo(160_000);
    }

    @Test
    void emitsNothingBeforeTheFirstEvent() throws Exception {
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        harness.setProcessingTime(60_000);
        assertThat(watermarks()).isEmpty();
    }

    @Test
    void eventTimeSurvivesARestore() throws Exception {
        harness.processElement("event", 100_000);
        harness.processWatermark(95_000);
        restore(harness.snapshot(1, 1));
        harness.processElement("late", 1_000);
        assertThat(harness.getOutput()).first().isEqualTo(new Watermark(95_000));
        harness.processWatermarkStatus(WatermarkStatus.IDLE);
        harness.setProcessingTime(600_000);
        assertThat(reached()).isEqualTo(220_000);
    }

    @Test
    void continuesFromASavepointThatDrainedTheJob() throws Exception {
        harness.processElement("event", 100_000);
        harness.processWatermark(95_000);
        harness.processWatermark(Long.MAX_VALUE);
        assertThat(reached()).isEqualTo(Long.MAX_VALUE);
        restore(harness.snapshot(1, 1));
        harness.processElement("event", 101_000);
        assertThat(harness.getOutput()).first().isEqualTo(new Watermark(95_000));
        harness.processWatermark(96_000);
        assertThat(reached()).isEqualTo(96_000);
    }
}
