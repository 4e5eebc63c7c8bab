package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConversationLineageTest {
    private static final Duration LATENESS = Duration.ofHours(1);
    private static final Duration RETENTION = LATENESS.multipliedBy(2);
    private static final Instant T = Instant.parse("2026-11-26T08:00:00Z");
    private KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord> turns;
    private KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord> lineage;

    @BeforeEach
    void open() throws Exception {
        turns =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new FragmentAssembler(Duration.ofMinutes(15), LATENESS)),
                        FragmentAssembler::keyOf,
                        Types.STRING);
        turns.open();
        lineage = lineage();
        lineage.open();
    }

    @AfterEach
    void close() throws Exception {
        turns.close();
        lineage.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord>
            lineage() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new ConversationLineage(LATENESS)),
                FragmentAssembler::keyOf,
                Types.STRING);
    }

    @Test
    void turnOfASubAgent_namesTheTurnThatStartedIt() throws Exception {
        receive(prompt("parent", T));
        receive(prompt("parent", T.plusSeconds(60)));
        receive(spawn("parent", "child", T.plusSeconds(61)));
        receive(prompt("child", T.plusSeconds(62)));
        receive(prompt("child", T.plusSeconds(70)));
        settle(3_000);
        assertThat(events()).hasSize(2);
        assertThat(events())
                .allSatisfy(e -> assertThat(e.taskId()).startsWith("child/"))
                .allSatisfy(e -> assertThat(e.parentTaskId()).isEqualTo(turn("parent", 60)))
                .allSatisfy(e -> assertThat(e.rootTaskId()).isEqualTo(turn("parent", 60)));
    }

    @Test
    void linkMayArriveBeforeTheTurn_orMuchLater() throws Exception {
        receive(prompt("parent", T));
        receive(spawn("parent", "early", T.plusSeconds(1)));
        receive(prompt("late", T.plusSeconds(2)));
        settle(3_000);
        assertThat(events()).isEmpty();
        receive(prompt("early", T.plusSeconds(2)));
        receive(spawn("parent", "late", T.plusSeconds(1)));
        settle(60_000);
        assertThat(events()).extracting(TaskEvent::taskId).hasSize(2);
        assertThat(events()).allMatch(e -> e.parentTaskId().equals(turn("parent", 0)));
    }

    @Test
    void repeats_changeNothing() throws Exception {
        for (int i = 0; i < 2; i++) {
            receive(prompt("parent", T));
            receive(spawn("parent", "child", T.plusSeconds(1)));
            receive(prompt("child", T.plusSeconds(2)));
            settle(3_000 + i * 10_000);
        }
        assertThat(events()).hasSize(1);
    }

    @Test
    void waitingTurns_surviveARestart_andAreForgottenWithTheirConversation() throws Exception {
        receive(prompt("parent", T));
        receive(prompt("child", T.plusSeconds(2)));
        settle(3_000);
        restart();
        receive(spawn("parent", "child", T.plusSeconds(1)));
        settle(6_000);
        assertThat(events()).hasSize(1);
        lineage.setProcessingTime(7_000 + 2 * RETENTION.toMillis());
        assertThat(lineage.numKeyedStateEntries()).isZero();
        assertThat(lineage.numProcessingTimeTimers()).isZero();
    }

    @Test
    void waitingTurns_surviveALongOutage() throws Exception {
        receive(prompt("parent", T));
        receive(prompt("child", T.plusSeconds(2)));
        settle(3_000);
        restart();
        lineage.setProcessingTime(3 * RETENTION.toMillis());
        receive(spawn("parent", "child", T.plusSeconds(1)));
        settle(3 * RETENTION.toMillis() + 3_000);
        assertThat(events()).hasSize(1);
    }

    @Test
    void conversationWithoutAParent_keepsItsFirstTurnsOnly() throws Exception {
        for (int i = 0; i < 300; i++) {
            receive(prompt("parent", T.plusSeconds(i)));
        }
        settle(3_000);
        assertThat(lineage.numKeyedStateEntries()).isLessThan(210);
    }

    private void restart() throws Exception {
        OperatorSubtaskState snapshot = lineage.snapshot(1, 1);
        lineage.close();
        lineage = lineage();
        lineage.initializeState(snapshot);
        lineage.open();
    }

    private void receive(Fragment fragment) throws Exception {
        turns.processElement(new FragmentRecord(fragment, null, 0, 0, 0), 0);
    }

    /** Lets the turns settle and forwards the lineage that they emit. */
    private void settle(long millis) throws Exception {
        turns.setProcessingTime(millis);
        lineage.setProcessingTime(millis);
        Queue<StreamRecord<FragmentRecord>> emitted =
                turns.getSideOutput(FragmentAssembler.LINEAGE);
        while (emitted != null && !emitted.isEmpty()) {
            lineage.processElement(emitted.remove());
        }
    }

    private List<TaskEvent> events() {
        return lineage.extractOutputValues().stream().map(SourceRecord::event).toList();
    }

    private static String turn(String conversation, long seconds) {
        return conversation + "/" + Long.toString(T.plusSeconds(seconds).toEpochMilli(), 36);
    }

    private static Fragment prompt(String conversation, Instant time) {
        String id = "prompt/" + conversation + "/" + time;
        TaskEvent event =
                new TaskEventBuilder(EventType.TASK_STARTED, id, time, conversation, "codex")
                        .agentType("codex")
                        .build();
        return Fragment.of(Fragment.Role.TURN, conversation, id)
                .name(Fragment.PROMPT)
                .event(event)
                .build();
    }

    private static Fragment spawn(String parent, String child, Instant time) {
        return Fragment.of(Fragment.Role.SPAWN, parent, "spawn/" + child)
                .name(child)
                .startMillis(time.toEpochMilli())
                .build();
    }
}
