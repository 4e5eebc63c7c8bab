package io.agentanalytics.job.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.AgentSignalBuilder;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FleetGaugeTest {
    private KeyedOneInputStreamOperatorTestHarness<String, AgentSignal, ProgressRow> gauge;

    @BeforeEach
    void open() throws Exception {
        gauge = harness();
        gauge.open();
    }

    @AfterEach
    void close() throws Exception {
        gauge.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, AgentSignal, ProgressRow>
            harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new FleetGauge()), signal -> "fleet", Types.STRING);
    }

    private void send(int pending, int running) throws Exception {
        gauge.processElement(
                AgentSignalBuilder.builder()
                        .agentId("a")
                        .agentType("worker")
                        .tags(Map.of())
                        .pendingChange(pending)
                        .runningChange(running)
                        .build(),
                0);
    }

    @Test
    void aSampleEverySecond_alsoWithoutEvents() throws Exception {
        send(2, 1);
        gauge.setProcessingTime(1000);
        gauge.processWatermark(new Watermark(500));
        gauge.setProcessingTime(2000);

        assertThat(gauge.extractOutputValues())
                .containsExactly(
                        new ProgressRow(1000, null, 2, 1), new ProgressRow(2000, 500L, 2, 1));
    }

    @Test
    void countsOutliveARestart_andMissedSecondsAreSkipped() throws Exception {
        send(2, 1);
        OperatorSubtaskState state = gauge.snapshot(1, 1);
        gauge.close();
        gauge = harness();
        gauge.initializeState(state);
        gauge.open();
        send(-1, 1);
        gauge.setProcessingTime(60_000);

        assertThat(gauge.extractOutputValues())
                .containsExactly(new ProgressRow(60_000, null, 1, 2));
        assertThat(gauge.numProcessingTimeTimers()).isEqualTo(1);
    }

    @Test
    void afterTheClockWasSetBack_samplesGoOnWithTheNextEvent() throws Exception {
        gauge.setProcessingTime(600_000);
        send(2, 1);
        gauge.setProcessingTime(601_000);
        gauge.setProcessingTime(1_500);
        send(1, 0);
        gauge.setProcessingTime(2_000);
        gauge.setProcessingTime(3_000);

        assertThat(gauge.extractOutputValues())
                .containsExactly(
                        new ProgressRow(601_000, null, 2, 1),
                        new ProgressRow(2_000, null, 3, 1),
                        new ProgressRow(3_000, null, 3, 1));
    }

    @Test
    void aClockThatWasSetBackWhileTheJobWasStopped_delaysNoSample() throws Exception {
        gauge.setProcessingTime(600_000);
        send(2, 1);
        OperatorSubtaskState state = gauge.snapshot(1, 1);
        gauge.close();
        gauge = harness();
        gauge.setProcessingTime(1_500);
        gauge.initializeState(state);
        gauge.open();
        send(1, 0);
        gauge.setProcessingTime(2_000);

        assertThat(gauge.extractOutputValues()).containsExactly(new ProgressRow(2_000, null, 3, 1));
    }
}
