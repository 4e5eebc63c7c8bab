package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TreeChange;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of trees, as the task assembler emits them. */
class TreeChangesTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final long USD = 1_000_000_000;
    private KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> harness;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta>
            newHarness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new TaskAssembler(
                                Duration.ofHours(1), Duration.ofHours(24), 1000, null, List.of())),
                received -> received.event().taskId(),
                Types.STRING);
    }

    private static TaskEventBuilder event(EventType type, String id, String task, long second) {
        return new TaskEventBuilder(type, id, BEGINNING.plusSeconds(second), task, "agent")
                .agentType("coder");
    }

    private static TaskEvent started(String task, long second) {
        return event(EventType.TASK_STARTED, task + "-start", task, second).build();
    }

    private static TaskEventBuilder call(String id, String task, long second, long nanos) {
        return event(EventType.LLM_CALL, id, task, second)
                .on("anthropic", "claude-opus-4-5")
                .tags(Map.of("session", "s-1"))
                .costNanos(nanos);
    }

    private void send(TaskEvent... events) throws Exception {
        for (TaskEvent event : events) {
            long time = event.timeMillis();
            harness.processElement(new SourceRecord(event, null, 0, 0, time), time);
        }
    }

    private List<TreeChange> changes() {
        var queue = harness.getSideOutput(TaskOutputs.TREES);
        return queue == null ? List.of() : queue.stream().map(StreamRecord::getValue).toList();
    }

    /** Returns the cost of each task in each tree; without those that sum to zero. */
    private Map<String, Long> costs() {
        Map<String, Long> costs = new TreeMap<>();
        for (TreeChange c : changes()) {
            costs.merge(c.rootTaskId() + '/' + c.taskId(), c.costNanos(), Long::sum);
        }
        costs.values().removeIf(cost -> cost == 0);
        return costs;
    }

    @Test
    void aTaskWithoutAParentIsASeparateTree() throws Exception {
        send(started("a", 0), call("c1", "a", 1, USD).build());
        assertThat(costs()).isEqualTo(Map.of("a/a", USD));
        assertThat(changes().get(1).session()).isEqualTo("s-1");
        assertThat(changes().get(1).parentTaskId()).isEmpty();
    }

    @Test
    void aRepeatedEventChangesNothing_andMoreContentReplacesIt() throws Exception {
        send(call("c1", "a", 1, USD).lineage("p", "r").build());
        send(call("c1", "a", 1, USD).lineage("p", "r").build());
        assertThat(changes()).hasSize(1);
        send(call("c1", "a", 1, 3 * USD).lineage("p", "r").build());
        assertThat(costs()).isEqualTo(Map.of("r/a", 3 * USD));
    }

    @Test
    void aTaskThatNamesOnlyAParent_belongsToItsTree() throws Exception {
        send(call("c1", "a", 1, USD).lineage("p", "").build());
        assertThat(costs()).isEqualTo(Map.of("p/a", USD));
    }

    @Test
    void aTaskWhoseParentBecomesKnownLater_movesWithItsCost() throws Exception {
        send(started("a", 0), call("c1", "a", 1, USD).build(), call("c2", "a", 2, USD).build());
        send(event(EventType.TASK_STARTED, "a-start", "a", 0).lineage("p", "r").build());
        assertThat(costs()).isEqualTo(Map.of("r/a", 2 * USD));
        assertThat(changes()).anyMatch(c -> c.rootTaskId().equals("a") && c.left());
        send(call("c3", "a", 3, USD).build());
        assertThat(costs()).isEqualTo(Map.of("r/a", 3 * USD));
    }

    @Test
    void aRequestWithoutCallsMovesAsWell() throws Exception {
        send(
                event(EventType.TASK_COMPLETED, "end", "a", 9)
                        .on("openai", "gpt-5")
                        .costNanos(USD)
                        .build());
        assertThat(costs()).isEqualTo(Map.of("a/a", USD));
        send(event(EventType.TASK_STARTED, "start", "a", 0).lineage("p", "r").build());
        assertThat(costs()).isEqualTo(Map.of("r/a", USD));
        assertThat(changes().get(changes().size() - 1).ended()).isTrue();
    }

    @Test
    void theSumsAreTheSame_forEveryOrder() throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        events.add(started("r", 0));
        for (int i = 0; i < 12; i++) {
            String task = "t" + i % 3;
            TaskEventBuilder call = call("c" + i, task, 10 + i, (i + 1) * USD);
            events.add(i > 8 ? call.lineage("p", "r").build() : call.build());
        }
        send(events.toArray(TaskEvent[]::new));
        Map<String, Long> expected = costs();
        assertThat(expected.keySet()).containsExactly("r/t0", "r/t1", "r/t2");
        for (int seed = 0; seed < 20; seed++) {
            close();
            open();
            Collections.shuffle(events, new Random(seed));
            send(events.toArray(TaskEvent[]::new));
            assertThat(costs()).isEqualTo(expected);
        }
    }
}
