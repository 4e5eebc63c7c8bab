package io.agentanalytics.job.agents;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.AgentSignalBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentRegistryTest {
    private static final Duration KEEP = Duration.ofHours(1);

    private KeyedOneInputStreamOperatorTestHarness<String, AgentSignal, AgentRow> registry;

    @BeforeEach
    void open() throws Exception {
        registry = harness();
        registry.open();
    }

    @AfterEach
    void close() throws Exception {
        registry.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, AgentSignal, AgentRow> harness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new AgentRegistry(KEEP)),
                AgentSignal::agentId,
                Types.STRING);
    }

    private void send(String agent, long second, int pending) throws Exception {
        registry.processElement(
                AgentSignalBuilder.builder()
                        .agentId(agent)
                        .agentType("worker")
                        .tags(Map.of())
                        .firstMillis(second * 1000)
                        .seenMillis(second * 1000)
                        .pendingChange(pending)
                        .typedMillis(second * 1000)
                        .taggedMillis(Long.MIN_VALUE)
                        .build(),
                second * 1000);
    }

    private List<AgentRow> rows() {
        return registry.extractOutputValues();
    }

    @Test
    void anAgentIsOneRowPerSecond() throws Exception {
        send("a", 1, 1);
        send("a", 2, 1);
        send("a", 3, -1);
        registry.setProcessingTime(1000);

        assertThat(rows())
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row.pending()).isEqualTo(1);
                            assertThat(row.firstSeen()).isEqualTo(1000);
                            assertThat(row.lastSeen()).isEqualTo(3000);
                            assertThat(row.seen()).isEqualTo(3);
                        });
    }

    @Test
    void anUnwrittenRowOutlivesARestart() throws Exception {
        send("a", 1, 1);
        OperatorSubtaskState state = registry.snapshot(1, 1);
        registry.close();
        registry = harness();
        registry.initializeState(state);
        registry.open();
        send("a", 2, 1);
        registry.setProcessingTime(1000);

        assertThat(rows()).singleElement().satisfies(r -> assertThat(r.pending()).isEqualTo(2));
    }

    @Test
    void anAgentThatIsForgottenWithinTheSecond_isWritten_andMayReturn() throws Exception {
        send("a", 1, 0);
        registry.processWatermark(new Watermark(1000 + KEEP.toMillis()));
        assertThat(rows()).hasSize(1);
        registry.setProcessingTime(1000);
        send("a", 10_000, 1);
        registry.setProcessingTime(2000);

        assertThat(rows()).hasSize(2);
    }

    @Test
    void aSilentAgentWithTasksIsKept_forSevenDaysAtMost() throws Exception {
        send("a", 1, 1);
        registry.setProcessingTime(1000);
        registry.processWatermark(new Watermark(1000 + KEEP.toMillis()));
        send("a", 1, 1);
        registry.setProcessingTime(2000);
        assertThat(rows()).last().satisfies(row -> assertThat(row.pending()).isEqualTo(2));
        registry.processWatermark(new Watermark(1000 + Duration.ofDays(7).toMillis()));

        assertThat(registry.numKeyedStateEntries()).isZero();
    }

    @Test
    void aSilentAgentLeavesNoState() throws Exception {
        send("a", 1, 0);
        registry.setProcessingTime(1000);
        registry.processWatermark(new Watermark(1000 + KEEP.toMillis() - 1));
        assertThat(registry.numKeyedStateEntries()).isPositive();
        registry.processWatermark(new Watermark(1000 + KEEP.toMillis()));

        assertThat(registry.numKeyedStateEntries()).isZero();
        assertThat(registry.numEventTimeTimers()).isZero();
    }

    @Test
    void afterTheClockWasSetBack_aRowFollowsItsNextEvent() throws Exception {
        registry.setProcessingTime(600_000);
        send("a", 1, 1);
        registry.setProcessingTime(0);
        send("a", 2, 1);
        registry.setProcessingTime(1_000);

        assertThat(rows()).extracting(AgentRow::pending).containsExactly(2L);
    }
}
