package io.agentanalytics.job.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TimelineCalls;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import io.agentanalytics.job.model.TaskOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TaskAssemblerTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-22T14:00:00Z");
    private static final Duration LATENESS = Duration.ofHours(1);
    private static final Duration OPEN_FOR = Duration.ofHours(24);

    private KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness(1000);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> harness(
            int maxAgents) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(
                        new TaskAssembler(
                                LATENESS, OPEN_FOR, maxAgents, null, List.of("team", "user"))),
                received -> received.event().taskId(),
                Types.STRING);
    }

    private static long at(long second) {
        return BEGINNING.plusSeconds(second).toEpochMilli();
    }

    private void send(EventType type, String id, long second) throws Exception {
        TaskEvent event =
                new TaskEventBuilder(type, id, BEGINNING.plusSeconds(second), "task", "agent")
                        .on("openai", "gpt-5")
                        .costNanos(1000)
                        .durationMillis(5)
                        .build();
        harness.processElement(new SourceRecord(event, null, 3, 77, at(second)), at(second));
    }

    private void call(String task, String agent) throws Exception {
        TaskEvent event =
                new TaskEventBuilder(EventType.LLM_CALL, "c", BEGINNING, task, agent)
                        .on("openai", "gpt-5")
                        .build();
        harness.processElement(new SourceRecord(event, null, 0, 0, at(0)), at(0));
    }

    private List<String> agentsOfCells() {
        return harness.extractOutputValues().stream()
                .map(c -> c.scope())
                .filter(s -> s.isCell())
                .map(s -> s.agentId())
                .toList();
    }

    @Test
    void agentsBeyondTheCap_stayBeyondItAfterARestore() throws Exception {
        harness.close();
        harness = harness(1);
        harness.open();
        call("t1", "known");
        call("t2", "stranger");
        assertThat(agentsOfCells()).containsExactly("known", "__overflow__");
        var snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness(1);
        harness.initializeState(snapshot);
        harness.open();
        call("t3", "stranger");
        call("t4", "known");
        assertThat(agentsOfCells()).containsExactly("__overflow__", "known");
    }

    private void watermark(long second) throws Exception {
        harness.processWatermark(at(second));
    }

    private long sum(Figure figure) {
        return harness.extractOutputValues().stream().mapToLong(c -> c.tally().get(figure)).sum();
    }

    private <T> List<T> side(OutputTag<T> tag) {
        var queue = harness.getSideOutput(tag);
        return queue == null ? List.of() : queue.stream().map(StreamRecord::getValue).toList();
    }

    private void assertNothingLeft() {
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }

    @Test
    void forgetsATaskThatEnded() throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        send(EventType.LLM_CALL, "c", 5);
        send(EventType.TASK_COMPLETED, "x", 10);
        assertThat(sum(Figure.TASKS_SUCCEEDED)).isEqualTo(1);
        watermark(10 + 7200);
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        watermark(25 * 3600);
        assertNothingLeft();
    }

    @Test
    void forgetsATaskOfManyCalls() throws Exception {
        for (int i = 0; i < 100; i++) {
            send(EventType.LLM_CALL, "c" + i, i);
        }
        assertThat(harness.numKeyedStateEntries()).isEqualTo(2);
        send(EventType.TASK_COMPLETED, "x", 100);
        assertThat(sum(Figure.REQUEST_COST_REPORTED)).isEqualTo(100_000);
        watermark(25 * 3600);
        assertNothingLeft();
    }

    @Test
    void abandonsATaskThatNeverEnds() throws Exception {
        send(EventType.TASK_SUBMITTED, "q", 0);
        send(EventType.TASK_STARTED, "s", 1);
        watermark(24 * 3600 + 2);
        assertThat(sum(Figure.TASKS_ABANDONED)).isEqualTo(1);
        assertThat(side(TaskOutputs.AGENTS).stream().mapToInt(AgentSignal::runningChange).sum())
                .isZero();
        assertThat(side(TaskOutputs.AGENTS).stream().mapToInt(AgentSignal::pendingChange).sum())
                .isZero();
        assertThat(harness.numKeyedStateEntries()).isEqualTo(1);
        watermark(7 * 24 * 3600 + 2);
        assertThat(sum(Figure.TASKS_ABANDONED)).isEqualTo(1);
        assertNothingLeft();
    }

    @Test
    void abandonedTaskThatEndsLater_isOneTaskWithAllItsCalls() throws Exception {
        send(EventType.TASK_SUBMITTED, "q", 0);
        send(EventType.TASK_STARTED, "s", 1);
        send(EventType.LLM_CALL, "c1", 60);
        send(EventType.LLM_CALL, "c2", 70);
        watermark(24 * 3600 + 71);
        assertThat(sum(Figure.TASKS_ABANDONED)).isEqualTo(1);
        assertThat(side(TaskOutputs.TASKS))
                .extracting(TaskRow::endedAt, TaskRow::outcome, TaskRow::retracted, TaskRow::calls)
                .containsExactly(tuple(at(24 * 3600 + 70) + 1, "abandoned", false, 2L));
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        harness = harness(1000);
        harness.initializeState(snapshot);
        harness.open();
        watermark(26 * 3600);
        TaskEvent end =
                new TaskEventBuilder(
                                EventType.TASK_COMPLETED,
                                "x",
                                BEGINNING.plusSeconds(26 * 3600),
                                "task",
                                "agent")
                        .build();
        harness.processElement(new SourceRecord(end, null, 0, 0, at(0)), at(26 * 3600));
        assertThat(sum(Figure.TASKS_SUCCEEDED)).isEqualTo(1);
        assertThat(sum(Figure.TASK_COST_REPORTED)).isEqualTo(2000);
        assertThat(side(TaskOutputs.TASKS))
                .extracting(TaskRow::endedAt, TaskRow::outcome, TaskRow::retracted, TaskRow::calls)
                .containsExactly(
                        tuple(at(24 * 3600 + 70) + 1, "abandoned", true, 0L),
                        tuple(at(26 * 3600), "succeeded", false, 2L));
        assertThat(side(TaskOutputs.TASKS).get(1).provider()).isEqualTo("openai");
        assertThat(side(TaskOutputs.TASKS).get(1).startedAt()).isEqualTo(at(1));
        assertThat(runningAndWaiting()).isZero();
        watermark(9 * 24 * 3600);
        assertNothingLeft();
    }

    /** After two rescales, both rows may wait in any order; the newer one must win. */
    @ParameterizedTest
    @EnumSource(names = {"LLM_CALL", "LLM_CALL_STARTED"})
    void theRetractionOfAnAbandonedTask_isNewerThanItsRow(EventType type) throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        watermark(24 * 3600 + 1);
        send(type, "c", 30 * 3600);
        List<TaskRow> rows = side(TaskOutputs.TASKS);
        assertThat(rows).extracting(TaskRow::retracted).containsExactly(false, true);
        assertThat(rows.get(1).endedAt()).isEqualTo(rows.get(0).endedAt());
        assertThat(rows.get(1).seen()).isGreaterThan(rows.get(0).seen());
    }

    @Test
    void abandonedTaskThatContinues_runsAgain_andMayBeAbandonedAgain() throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        watermark(24 * 3600 + 1);
        assertThat(runningAndWaiting()).isZero();
        send(EventType.LLM_CALL, "c", 30 * 3600);
        assertThat(runningAndWaiting()).isEqualTo(1);
        assertThat(side(TaskOutputs.TASKS))
                .extracting(TaskRow::endedAt, TaskRow::retracted)
                .containsExactly(tuple(at(24 * 3600) + 1, false), tuple(at(24 * 3600) + 1, true));
        watermark(55 * 3600);
        assertThat(sum(Figure.TASKS_ABANDONED)).isEqualTo(2);
        assertThat(costOfRows()).isEqualTo(sum(Figure.REQUEST_COST_REPORTED)).isEqualTo(1000);
        assertThat(runningAndWaiting()).isZero();
        watermark(10 * 24 * 3600);
        assertNothingLeft();
    }

    /** Returns the cost of the rows as they are stored: one by time, of which the last is valid. */
    private long costOfRows() {
        Map<Long, TaskRow> stored = new TreeMap<>();
        side(TaskOutputs.TASKS).forEach(row -> stored.put(row.endedAt(), row));
        return stored.values().stream()
                .filter(row -> !row.retracted())
                .mapToLong(row -> row.reportedNanos() + row.pricedNanos())
                .sum();
    }

    @Test
    void tokensThatNoCallReports_areUnknownInTheRow_andAReportedZeroIsZero() throws Exception {
        call("c", 1, new TokenUsage(90, -1, -1, 10, -1));
        call("d", 2, new TokenUsage(10, 0, -1, 1, -1));
        send(EventType.TASK_COMPLETED, "e", 3);
        watermark(60);
        List<TaskRow> rows = side(TaskOutputs.TASKS);
        assertThat(rows.get(rows.size() - 1).tokens())
                .isEqualTo(new TokenUsage(100, 0, -1, 11, -1));
    }

    private void call(String id, long seconds, TokenUsage tokens) throws Exception {
        TaskEvent call =
                new TaskEventBuilder(
                                EventType.LLM_CALL,
                                id,
                                BEGINNING.plusSeconds(seconds),
                                "task",
                                "agent")
                        .on("openai", "gpt-5")
                        .tokens(tokens)
                        .build();
        harness.processElement(new SourceRecord(call, null, 0, 0, at(seconds)), at(seconds));
    }

    @Test
    void abandonedTask_hasARowWithItsCostAndCalls() throws Exception {
        sendBy("agent", EventType.TASK_STARTED, 0);
        TaskEvent call =
                new TaskEventBuilder(
                                EventType.LLM_CALL, "c", BEGINNING.plusSeconds(5), "task", "worker")
                        .on("openai", "gpt-5")
                        .lineage("parent", "root")
                        .costNanos(7000)
                        .tokens(90, -1, -1, 10, -1)
                        .tags(Map.of("team", "web"))
                        .build();
        harness.processElement(new SourceRecord(call, null, 0, 0, at(5)), at(5));
        send(EventType.TOOL_CALL, "t", 6);
        watermark(24 * 3600 + 7);
        TaskRow row = side(TaskOutputs.TASKS).get(0);
        assertThat(side(TaskOutputs.TASKS)).hasSize(1);
        assertThat(row.outcome()).isEqualTo("abandoned");
        assertThat(row.retracted()).isFalse();
        assertThat(List.of(row.agentId(), row.parentTaskId(), row.rootTaskId(), row.model()))
                .containsExactly("worker", "parent", "root", "gpt-5");
        assertThat(row.startedAt()).isEqualTo(at(0));
        assertThat(row.durationMillis()).isNull();
        assertThat(row.reportedNanos()).isEqualTo(7000);
        assertThat(row.unpriced()).isZero();
        assertThat(row.tokens()).isEqualTo(new TokenUsage(90, -1, -1, 10, -1));
        assertThat(row.toolCalls()).isOne();
        assertThat(row.tags()).containsEntry("team", "web");
        assertThat(TimelineCalls.decode(row.callList()))
                .extracting(TimelineCall::id)
                .containsExactly("c", "t");
        assertThat(row.seen()).isEqualTo(3);
    }

    private void end(EventType type, String id, long second) throws Exception {
        TaskEvent end =
                new TaskEventBuilder(type, id, BEGINNING.plusSeconds(second), "task", "agent")
                        .build();
        harness.processElement(new SourceRecord(end, null, 0, 0, at(second)), at(second));
    }

    /** Such as a session that is ended by silence and goes on for ten hours. */
    @ParameterizedTest
    @EnumSource(names = {"TASK_ENDED", "TASK_COMPLETED", "TASK_FAILED"})
    void callsAfterTheEnd_areInARow(EventType ending) throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        send(EventType.LLM_CALL, "c0", 0);
        end(ending, "x0", 0);
        for (long i = 1; i <= 30; i++) {
            watermark(i * 1200 - 5);
            send(EventType.LLM_CALL, "c" + i, i * 1200);
            send(EventType.TOOL_CALL, "t" + i, i * 1200);
            end(EventType.TASK_ENDED, "x" + i, i * 1200);
        }
        watermark(48 * 3600);
        assertThat(sum(Figure.REQUEST_COST_REPORTED)).isEqualTo(31_000);
        assertThat(costOfRows()).isEqualTo(31_000).isEqualTo(sum(Figure.TASK_COST_REPORTED));
        assertThat(sum(Figure.TASKS))
                .isEqualTo(
                        side(TaskOutputs.TASKS).stream().map(TaskRow::endedAt).distinct().count());
        assertThat(sum(Figure.TASKS_ABANDONED)).isZero();
        assertThat(runningAndWaiting()).isZero();
        assertNothingLeft();
    }

    @Test
    void abandonedTask_addsNothingToTheCostOfTasks() throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        send(EventType.LLM_CALL, "c", 5);
        watermark(24 * 3600 + 6);
        assertThat(costOfRows()).isEqualTo(sum(Figure.REQUEST_COST_REPORTED)).isEqualTo(1000);
        assertThat(sum(Figure.TASKS)).isZero();
        assertThat(sum(Figure.TASK_COST_REPORTED)).isZero();
        send(EventType.TASK_STARTED, "again", 30 * 3600);
        end(31 * 3600);
        assertThat(costOfRows())
                .isEqualTo(sum(Figure.REQUEST_COST_REPORTED))
                .isEqualTo(sum(Figure.TASK_COST_REPORTED))
                .isEqualTo(1000);
        assertThat(sum(Figure.TASKS)).isOne();
    }

    @Test
    void verdict_doesNotJudgeAnAbandonedTask() throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        send(EventType.TASK_VERDICT, "v", 60);
        watermark(24 * 3600 + 61);
        assertThat(side(TaskOutputs.TASKS))
                .singleElement()
                .satisfies(
                        row -> {
                            assertThat(row.outcome()).isEqualTo("abandoned");
                            assertThat(row.verdictUntil()).isGreaterThan(at(1_000_000_000));
                        });
    }

    @Test
    void taskOfWhichOnlyCallsAreKnown_isAbandonedAndForgotten() throws Exception {
        send(EventType.LLM_CALL, "c", 0);
        send(EventType.TOOL_CALL, "t", 3);
        watermark(24 * 3600 + 3);
        assertThat(side(TaskOutputs.TASKS)).isEmpty();
        watermark(24 * 3600 + 4);
        assertThat(sum(Figure.TASKS_ABANDONED)).isOne();
        assertThat(side(TaskOutputs.TASKS))
                .extracting(TaskRow::outcome, TaskRow::calls, TaskRow::toolCalls)
                .containsExactly(tuple("abandoned", 1L, 1L));
        assertThat(costOfRows()).isEqualTo(1000);
        assertThat(runningAndWaiting()).isZero();
        assertThat(side(TaskOutputs.IN_FLIGHT))
                .extracting(TaskInFlight::phase)
                .containsExactly(Phase.OPEN, Phase.ABANDONED);
        assertNothingLeft();
    }

    @Test
    void taskOfWhichOnlyAStartOfACallIsKnown_hasNoRow() throws Exception {
        call(EventType.LLM_CALL_STARTED, "task", "1");
        watermark(24 * 3600 + 1);
        assertThat(side(TaskOutputs.TASKS)).isEmpty();
        assertThat(sum(Figure.TASKS_ABANDONED)).isZero();
        assertNothingLeft();
    }

    @Test
    void sleepingTaskThatWaited_leavesTheQueueOnce() throws Exception {
        send(EventType.TASK_SUBMITTED, "q", 0);
        watermark(24 * 3600 + 1);
        assertThat(side(TaskOutputs.QUEUE).stream().mapToLong(QueueChange::pending).sum()).isZero();
        send(EventType.TASK_STARTED, "s", 30 * 3600);
        assertThat(side(TaskOutputs.QUEUE).stream().mapToLong(QueueChange::pending).sum()).isZero();
        assertThat(side(TaskOutputs.QUEUE).stream().mapToLong(QueueChange::started).sum())
                .isEqualTo(1);
        assertThat(runningAndWaiting()).isEqualTo(1);
    }

    /** Earlier versions kept only the ids of a task's tool calls. */
    @Test
    void toolCallsInStateOfEarlierVersions_countOnce() throws Exception {
        harness.close();
        harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(new EarlierToolCalls()),
                        received -> received.event().taskId(),
                        Types.STRING);
        harness.open();
        send(EventType.TOOL_CALL, "t1", 1);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness(1000);
        harness.initializeState(snapshot);
        harness.open();
        send(EventType.TOOL_CALL, "t1", 1);
        send(EventType.TOOL_CALL, "t2", 2);
        assertThat(sum(Figure.TOOL_CALLS)).isOne();
    }

    /** Writes the state of earlier versions. */
    private static final class EarlierToolCalls
            extends KeyedProcessFunction<String, SourceRecord, TallyDelta> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(
                SourceRecord received, Context context, Collector<TallyDelta> out)
                throws Exception {
            getRuntimeContext()
                    .getMapState(new MapStateDescriptor<>("tools", Types.STRING, Types.BOOLEAN))
                    .put(received.event().eventId(), true);
        }
    }

    @Test
    void sleepingTaskThatCallsATool_entersTheQueueAgain() throws Exception {
        send(EventType.TASK_SUBMITTED, "q", 0);
        watermark(24 * 3600 + 1);
        send(EventType.TOOL_CALL, "t", 30 * 3600);
        assertThat(side(TaskOutputs.QUEUE).stream().mapToLong(QueueChange::pending).sum()).isOne();
        send(EventType.TASK_COMPLETED, "e", 31 * 3600);
        assertThat(side(TaskOutputs.QUEUE).stream().mapToLong(QueueChange::pending).sum()).isZero();
        assertThat(runningAndWaiting()).isZero();
    }

    @Test
    void repeatsAreKnownUntilTheyAreTooLate_evenIfTheTaskIsAbandonedBefore() throws Exception {
        harness.close();
        harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(
                                new TaskAssembler(
                                        Duration.ofDays(9), OPEN_FOR, 10, null, List.of())),
                        received -> received.event().taskId(),
                        Types.STRING);
        harness.open();
        send(EventType.TASK_STARTED, "s", 0);
        for (int days : new int[] {0, 2, 8}) {
            watermark(days * 86_400L);
            send(EventType.LLM_CALL, "c", 1);
            send(EventType.TOOL_CALL, "t", 1);
        }
        assertThat(sum(Figure.REQUESTS)).isOne();
        assertThat(sum(Figure.TOOL_CALLS)).isOne();
        watermark(30 * 24 * 3600);
        assertNothingLeft();
    }

    private int runningAndWaiting() {
        return side(TaskOutputs.AGENTS).stream()
                .mapToInt(s -> s.runningChange() + s.pendingChange())
                .sum();
    }

    @Test
    void sleepingTask_keepsOnlyTheSumOfItsCalls() throws Exception {
        send(EventType.TASK_STARTED, "s", 0);
        for (int i = 0; i < 2000; i++) {
            send(EventType.LLM_CALL, "c" + i, 1);
        }
        int awake = bytes();
        watermark(24 * 3600 + 2);
        assertThat(bytes()).isLessThan(awake / 20);
    }

    private int bytes() throws Exception {
        return harness.snapshot(1, 1).getManagedKeyedState().stream()
                .mapToInt(handle -> (int) handle.getStateSize())
                .sum();
    }

    @Test
    void requestThatGrows_isOneRequestForWeights() throws Exception {
        for (long tokens : new long[] {1, 9, 8192}) {
            TaskEvent snapshot =
                    new TaskEventBuilder(EventType.LLM_CALL, "c", BEGINNING, "task", "agent")
                            .on("openai", "gpt-5")
                            .tokens(9000, -1, -1, tokens, -1)
                            .build();
            harness.processElement(new SourceRecord(snapshot, null, 0, 0, at(0)), at(0));
        }
        assertThat(side(TaskOutputs.REQUESTS)).hasSize(1);
        assertThat(sum(Figure.REQUEST_OUTPUT_TOKENS)).isEqualTo(8192);
    }

    private void call(EventType type, String task, String call) throws Exception {
        TaskEvent event =
                new TaskEventBuilder(type, type + call, BEGINNING, task, "agent")
                        .on("openai", "gpt-5")
                        .callId(call)
                        .build();
        harness.processElement(new SourceRecord(event, null, 0, 0, at(0)), at(0));
    }

    @Test
    void endedRequests_sayWhetherTheirStartWasReported() throws Exception {
        call(EventType.LLM_CALL, "silent", "1");
        call(EventType.LLM_CALL_STARTED, "task", "1");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness(1000);
        harness.initializeState(snapshot);
        harness.open();
        call(EventType.LLM_CALL, "task", "1");
        call(EventType.LLM_CALL, "silent", "2");
        assertThat(side(TaskOutputs.REQUESTS))
                .extracting(ProviderRequest::taskId, ProviderRequest::isStartReported)
                .containsExactly(tuple("task", true), tuple("silent", false));
    }

    @Test
    void outcomesOfATaskWithAnUnknownPart_haveTheKnownCost() throws Exception {
        send(EventType.LLM_CALL, "c1", 0);
        TaskEvent unknown =
                new TaskEventBuilder(EventType.LLM_CALL, "c2", BEGINNING, "task", "agent")
                        .on("openai", "no-such-model")
                        .build();
        harness.processElement(new SourceRecord(unknown, null, 0, 0, at(0)), at(0));
        TaskEvent end =
                new TaskEventBuilder(EventType.TASK_COMPLETED, "x", BEGINNING, "task", "agent")
                        .build();
        harness.processElement(new SourceRecord(end, null, 0, 0, at(0)), at(0));
        assertThat(side(TaskOutputs.OUTCOMES))
                .singleElement()
                .satisfies(
                        outcome -> {
                            assertThat(outcome.costNanos()).isEqualTo(1000);
                            assertThat(outcome.unpriced()).isEqualTo(1);
                        });
    }

    private List<TaskOutcome> outcomes(OutcomeKind kind) {
        return side(TaskOutputs.OUTCOMES).stream().filter(f -> f.kind() == kind).toList();
    }

    @Test
    void callsAfterTheEnding_areBilledWithTheCostOfTheRow() throws Exception {
        send(EventType.LLM_CALL, "c1", 8);
        end(10);
        send(EventType.LLM_CALL, "c2", 12);
        send(EventType.LLM_CALL, "c3", 45);
        send(EventType.LLM_CALL, "after the horizon", 10 + 3601);
        assertThat(outcomes(OutcomeKind.ENDED))
                .extracting(TaskOutcome::timeMillis, TaskOutcome::costNanos)
                .containsExactly(tuple(at(10), 1000L));
        assertThat(outcomes(OutcomeKind.SETTLED))
                .extracting(TaskOutcome::timeMillis, TaskOutcome::costNanos)
                .containsExactly(tuple(at(20), 2000L), tuple(at(50), 3000L));
        assertThat(outcomes(OutcomeKind.AMENDED)).isEmpty();
        assertThat(sum(Figure.TASK_COST_REPORTED)).isEqualTo(3000);
    }

    private void end(long second) throws Exception {
        end(EventType.TASK_COMPLETED, "x" + second, second);
    }

    @Test
    void aCall_changesAllBillsAfterIt() throws Exception {
        send(EventType.LLM_CALL, "c3", 45);
        end(10);
        send(EventType.LLM_CALL, "c2", 12);
        send(EventType.LLM_CALL, "c1", 8);
        assertThat(side(TaskOutputs.OUTCOMES))
                .extracting(TaskOutcome::kind, TaskOutcome::timeMillis, TaskOutcome::costNanos)
                .containsExactly(
                        tuple(OutcomeKind.ENDED, at(10), -1L),
                        tuple(OutcomeKind.SETTLED, at(50), 1000L),
                        tuple(OutcomeKind.SETTLED, at(20), 1000L),
                        tuple(OutcomeKind.SETTLED, at(50), 2000L),
                        tuple(OutcomeKind.AMENDED, at(10), 1000L),
                        tuple(OutcomeKind.SETTLED, at(20), 2000L),
                        tuple(OutcomeKind.SETTLED, at(50), 3000L));
    }

    @Test
    void anEarlierEnding_takesBackTheBillsOfTheLaterOne() throws Exception {
        end(10);
        send(EventType.LLM_CALL, "c", 12);
        end(5);
        assertThat(outcomes(OutcomeKind.RETRACTED))
                .extracting(TaskOutcome::timeMillis)
                .containsExactly(at(10), at(20));
        assertThat(outcomes(OutcomeKind.SETTLED))
                .extracting(TaskOutcome::timeMillis)
                .containsExactly(at(20), at(15));
    }

    private void sendBy(String agent, EventType type, long second) throws Exception {
        TaskEvent event =
                new TaskEventBuilder(
                                type, agent + second, BEGINNING.plusSeconds(second), "task", agent)
                        .build();
        harness.processElement(new SourceRecord(event, null, 0, 0, at(second)), at(second));
    }

    @Test
    void aTaskThatAnotherAgentEnds_isReleasedByEachAgentThatStartedIt() throws Exception {
        sendBy("agent", EventType.TASK_STARTED, 0);
        sendBy("helper", EventType.TASK_STARTED, 3);
        sendBy("worker", EventType.TASK_STARTED, 5);
        sendBy("worker", EventType.TASK_COMPLETED, 10);
        assertThat(outcomes(OutcomeKind.RELEASED))
                .extracting(TaskOutcome::agentId, TaskOutcome::timeMillis)
                .containsExactlyInAnyOrder(tuple("agent", at(10)), tuple("helper", at(10)));
        sendBy("worker", EventType.TASK_STARTED, 12);
        assertThat(outcomes(OutcomeKind.RELEASED))
                .extracting(TaskOutcome::agentId, TaskOutcome::timeMillis)
                .contains(tuple("worker", at(12)));
    }

    @Test
    void anEarlierEndingByTheAgentThatStartedTheTask_takesBackItsRelease() throws Exception {
        sendBy("agent", EventType.TASK_STARTED, 0);
        sendBy("worker", EventType.TASK_COMPLETED, 10);
        sendBy("agent", EventType.TASK_COMPLETED, 5);
        assertThat(outcomes(OutcomeKind.RETRACTED))
                .extracting(TaskOutcome::agentId, TaskOutcome::timeMillis)
                .containsExactly(tuple("worker", at(10)), tuple("agent", at(10)));
        assertThat(outcomes(OutcomeKind.RELEASED)).hasSize(1);
    }

    @Test
    void aTaskOfUnknownOpening_isInFlightAtOneAgent() throws Exception {
        sendBy("helper", EventType.LLM_CALL, 0);
        sendBy("agent", EventType.TASK_STARTED, 1);
        sendBy("helper", EventType.TASK_COMPLETED, 2);
        assertThat(side(TaskOutputs.IN_FLIGHT))
                .extracting(TaskInFlight::agentId, TaskInFlight::phase, TaskInFlight::first)
                .containsExactly(
                        tuple("helper", Phase.OPEN, true),
                        tuple("helper", Phase.ABANDONED, false),
                        tuple("agent", Phase.OPEN, true),
                        tuple("agent", Phase.ENDED, true));
    }

    @Test
    void refusesLateEventsOnArrival() throws Exception {
        watermark(3601);
        send(EventType.LLM_CALL, "late", 0);
        send(EventType.LLM_CALL, "just in time", 1);
        assertThat(sum(Figure.REQUESTS)).isEqualTo(1);
        assertThat(side(TaskOutputs.REFUSED))
                .singleElement()
                .satisfies(
                        letter -> {
                            assertThat(letter.code()).isEqualTo("too_late");
                            assertThat(letter.offset()).isEqualTo(77);
                            assertThat(new String(letter.raw(), StandardCharsets.UTF_8))
                                    .contains("\"event_id\":\"late\"");
                        });
    }

    @Test
    void storiesSurviveARestore() throws Exception {
        send(EventType.TASK_STARTED, "s", 7000);
        send(EventType.LLM_CALL, "c", 7001);
        watermark(7200);
        send(EventType.LLM_CALL, "c2", 7201);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();

        harness = harness(1000);
        harness.initializeState(snapshot);
        harness.open();
        send(EventType.LLM_CALL, "c", 7001);
        send(EventType.TASK_COMPLETED, "x", 7300);
        assertThat(sum(Figure.REQUESTS)).isZero();
        assertThat(sum(Figure.TASKS)).isEqualTo(1);
        watermark(48 * 3600);
        assertNothingLeft();
    }

    @Test
    void earlierEndingRetractsTheRowOfTheLater() throws Exception {
        send(EventType.TASK_COMPLETED, "x2", 100);
        send(EventType.TASK_FAILED, "x1", 50);
        assertThat(side(TaskOutputs.TASKS))
                .extracting(TaskRow::endedAt, TaskRow::retracted, TaskRow::outcome)
                .containsExactly(
                        tuple(at(100), false, "succeeded"),
                        tuple(at(100), true, "succeeded"),
                        tuple(at(50), false, "failed"));
    }

    @Test
    void refusesFurtherEventsOfATaskThatIsTooLarge() throws Exception {
        for (int i = 0; i < TaskStory.MAX_EVENTS + 5; i++) {
            send(EventType.LLM_CALL, "c" + i, 1);
        }
        send(EventType.LLM_CALL, "c1", 1);
        assertThat(sum(Figure.REQUESTS)).isEqualTo(TaskStory.MAX_EVENTS);
        assertThat(side(TaskOutputs.REFUSED))
                .hasSize(5)
                .allMatch(l -> l.code().equals("too_complex"));
    }

    @Test
    void waitingTasksBelongToTheAgentThatOpenedThem() throws Exception {
        send(EventType.TASK_SUBMITTED, "q", 0);
        TaskEvent started =
                new TaskEventBuilder(EventType.TASK_STARTED, "s", BEGINNING, "task", "worker")
                        .build();
        harness.processElement(new SourceRecord(started, null, 0, 0, at(0)), at(0));
        watermark(8 * 24 * 3600);
        Map<String, Integer> running = new TreeMap<>();
        side(TaskOutputs.AGENTS)
                .forEach(
                        s ->
                                running.merge(
                                        s.agentId(),
                                        s.pendingChange() + s.runningChange(),
                                        Integer::sum));
        assertThat(running).containsEntry("agent", 0).containsEntry("worker", 0);
        assertNothingLeft();
    }

    @Test
    void verdictWithoutOtherEvents_isNotAnAbandonedTask() throws Exception {
        send(EventType.TASK_VERDICT, "v", 0);
        watermark(2 * 3600);
        assertThat(sum(Figure.TASKS_ABANDONED)).isZero();
        assertThat(side(TaskOutputs.VERDICTS)).hasSize(1);
        assertNothingLeft();
    }
}
