package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TimelineCalls;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls and tags in the timeline rows of tasks. */
class TimelineCallsTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final long END = 6000;

    private KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta>
            harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new TaskAssembler(
                                Duration.ofHours(2),
                                Duration.ofHours(24),
                                10,
                                null,
                                List.of("user"))),
                received -> received.event().taskId(),
                Types.STRING);
    }

    private void restore() throws Exception {
        var snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
    }

    private static TaskEventBuilder event(EventType type, String id, long second) {
        return new TaskEventBuilder(type, id, BEGINNING.plusSeconds(second), "task", "agent");
    }

    /** The call of this second, which is as expensive as its number. */
    private static TaskEventBuilder call(int n) {
        return event(EventType.LLM_CALL, "call-" + n, n)
                .on("openai", "gpt-5")
                .tokens(1000 + n, 900, -1, 20, -1)
                .costNanos(n)
                .durationMillis(500)
                .timeToFirstTokenMillis(120);
    }

    private static TaskEvent ending() {
        return event(EventType.TASK_COMPLETED, "end", END).build();
    }

    private void send(TaskEvent event) throws Exception {
        long time = event.timeMillis();
        harness.processElement(new SourceRecord(event, null, 0, 0, time), time);
    }

    private void send(List<TaskEvent> events) throws Exception {
        for (TaskEvent event : events) {
            send(event);
        }
    }

    /** Lets the clock pass the time after which a due row is written. */
    private void waitForDueRows() throws Exception {
        harness.setProcessingTime(harness.getProcessingTime() + 60_000);
    }

    private List<TaskRow> rows() {
        var rows = harness.getSideOutput(TaskOutputs.TASKS);
        return rows == null ? List.of() : rows.stream().map(StreamRecord::getValue).toList();
    }

    private TaskRow row() {
        return rows().get(rows().size() - 1);
    }

    private List<TimelineCall> calls() {
        return TimelineCalls.decode(row().callList());
    }

    private static List<TaskEvent> task(int calls) {
        List<TaskEvent> events = new ArrayList<>();
        for (int n = 0; n < calls; n++) {
            events.add(call(n).build());
        }
        events.add(ending());
        return events;
    }

    @Test
    void keepsAllCallsOfAnOrdinaryTask() throws Exception {
        send(task(500));
        assertThat(rows()).hasSize(1);
        assertThat(row().callsLeftOut()).isZero();
        assertThat(calls()).hasSize(500);
        assertThat(calls().get(7))
                .isEqualTo(
                        TimelineCall.of("call-7")
                                .startMillis(BEGINNING.plusSeconds(7).toEpochMilli() - 500)
                                .durationMillis(500)
                                .timeToFirstTokenMillis(120)
                                .provider("openai")
                                .model("gpt-5")
                                .tokens(call(7).build().tokens())
                                .costNanos(7)
                                .build());
    }

    @Test
    void ofALongTask_keepsTheFirst_theLast_andTheMostExpensive() throws Exception {
        List<TaskEvent> events = task(5000);
        events.set(2000, call(2000).costNanos(1_000_000).build());
        send(events);
        assertThat(row().calls()).isEqualTo(5000);
        assertThat(row().callsLeftOut()).isEqualTo(4500);
        List<String> ids = calls().stream().map(TimelineCall::id).toList();
        assertThat(ids).hasSize(500).doesNotHaveDuplicates();
        assertThat(ids).startsWith("call-0", "call-1").contains("call-99", "call-2000");
        assertThat(ids).doesNotContain("call-100").endsWith("call-4999");
        // The later ones of the others cost more.
        assertThat(ids.subList(100, 103)).containsExactly("call-2000", "call-4601", "call-4602");
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 500, 5000})
    void rowIsTheSame_forLateDuplicatedShuffledAndRestoredEvents(int size) throws Exception {
        List<TaskEvent> events = task(size);
        send(events);
        byte[] expected = row().callList();
        close();
        open();

        List<TaskEvent> shuffled = new ArrayList<>(events);
        shuffled.addAll(events.subList(0, size / 2));
        Collections.shuffle(shuffled, new Random(size));
        send(shuffled.subList(0, size / 3));
        restore();
        send(shuffled.subList(size / 3, shuffled.size()));
        restore();
        waitForDueRows();

        assertThat(row().callList()).isEqualTo(expected);
        assertThat(row().calls()).isEqualTo(size);
    }

    /** Waste patterns compare targets; rows do not need them. */
    @Test
    void historyOfATask_hasTheTargetsOfTools_andTheVersionOfTheRow() throws Exception {
        TaskEventBuilder tool = event(EventType.TOOL_CALL, "tool", 3).tool("Read", "hash");
        send(tool.tags(Map.of("repo", "shop")).build());
        restore();
        send(tool.tool("Read", "other").build()); // the first of repeated events counts
        send(task(2));
        var histories = harness.getSideOutput(TaskOutputs.ENDED);
        TaskHistory history = histories.peek().getValue();
        assertThat(history.calls())
                .extracting(TimelineCall::id, TimelineCall::toolTarget)
                .containsExactly(tuple("call-0", ""), tuple("call-1", ""), tuple("tool", "hash"));
        assertThat(history.seen()).isEqualTo(row().seen());
        assertThat(history.repo()).isEqualTo("shop");
        assertThat(history.ending()).isEqualTo(EventType.TASK_COMPLETED);
        assertThat(calls()).extracting(TimelineCall::toolTarget).containsOnly("");
        send(call(1).build()); // a duplicate changes nothing
        assertThat(histories).hasSize(1);
    }

    @Test
    void aLongTaskIsNotWrittenForEachLateCall() throws Exception {
        send(task(400));
        for (int n = 400; n < 500; n++) {
            send(call(n).build());
        }
        assertThat(rows()).hasSize(1);
        waitForDueRows();
        assertThat(rows()).hasSize(2);
        assertThat(calls()).hasSize(500);
    }

    @Test
    void aDueRowIsWrittenAtTheLatestWhenTheTaskIsForgotten() throws Exception {
        send(task(400));
        send(call(400).build());
        harness.processWatermark(Long.MAX_VALUE);
        assertThat(rows()).hasSize(2);
        assertThat(calls()).hasSize(401);
        waitForDueRows();
        assertThat(rows()).hasSize(2);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void callsAfterTheHorizon_areNotInTheRow() throws Exception {
        send(call(1).build());
        send(event(EventType.TASK_COMPLETED, "end", 10).build());
        send(call(10 + 7201).build());
        assertThat(calls()).extracting(TimelineCall::id).containsExactly("call-1");
        assertThat(row().callsLeftOut()).isZero();
    }

    @Test
    void countsAttempts_andKeepsErrors() throws Exception {
        send(call(1).error("rate_limit", "try later").build());
        send(call(2).error("rate_limit", "x".repeat(300)).build());
        send(call(3).build());
        send(call(4).build());
        send(ending());
        assertThat(calls()).extracting(TimelineCall::attempt).containsExactly(1, 2, 3, 1);
        assertThat(calls().get(0).errorMessage()).isEqualTo("try later");
        assertThat(calls().get(1).errorMessage()).isEqualTo("x".repeat(200));
    }

    @Test
    void keepsCallsOfToolsOnce() throws Exception {
        TaskEvent tool =
                event(EventType.TOOL_CALL, "tool-1", 20)
                        .tool("bash", "")
                        .durationMillis(3000)
                        .error("tool_error", null)
                        .build();
        send(tool);
        restore();
        send(tool);
        send(call(2).build());
        send(ending());
        assertThat(row().toolCalls()).isEqualTo(1);
        assertThat(calls()).extracting(TimelineCall::id).containsExactly("call-2", "tool-1");
        TimelineCall kept = calls().get(1);
        assertThat(kept.isTool()).isTrue();
        assertThat(kept.toolName()).isEqualTo("bash");
        assertThat(kept.startMillis()).isEqualTo(BEGINNING.plusSeconds(17).toEpochMilli());
        assertThat(kept.failed()).isTrue();
        harness.processWatermark(Long.MAX_VALUE);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void tagsAreThoseOfTheEarliestEvent_inAnyOrder() throws Exception {
        TaskEvent early = call(1).tags(Map.of("team", "first", "repo", "a")).build();
        TaskEvent late = call(2).tags(Map.of("team", "second", "env", "prod")).build();
        send(List.of(late, ending()));
        restore();
        send(early);
        assertThat(row().tags()).isEqualTo(Map.of("team", "first", "repo", "a", "env", "prod"));
    }

    @Test
    void tagsOfTheEndingTakePrecedence_forDimensions() throws Exception {
        Map<String, String> later = Map.of("user", "b", "team", "second");
        send(call(1).tags(Map.of("user", "a", "team", "first")).build());
        send(event(EventType.TASK_COMPLETED, "end", 60).tags(later).build());
        assertThat(row().tags()).isEqualTo(Map.of("user", "b", "team", "first"));
    }

    @Test
    void tagsAreBounded_inAnyOrder() throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        for (int n = 0; n < 40; n++) {
            events.add(call(n).tags(Map.of("tag" + n, "x")).build());
        }
        Collections.shuffle(events, new Random(1));
        send(events);
        send(ending());
        assertThat(row().tags()).hasSize(16).containsKeys("tag0", "tag15");
    }

    @Test
    void eachCallTakesFewBytes() throws Exception {
        send(task(500));
        assertThat(row().callList().length / 500).isLessThan(25);
    }
}
