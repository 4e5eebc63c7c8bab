package io.agentanalytics.job.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentFields;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FragmentAssemblerTest {
    private static final String TRACE = "0123456789abcdef0123456789abcdef";
    private static final Duration SILENCE = Duration.ofMinutes(15);
    private static final Duration LATENESS = Duration.ofHours(1);
    private static final Duration RETENTION = LATENESS.multipliedBy(2);
    private static final Instant T = Instant.parse("2026-11-26T08:00:00Z");
    private KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.setProcessingTime(1_000);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, FragmentRecord, SourceRecord>
            harness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new FragmentAssembler(SILENCE, LATENESS)),
                FragmentAssembler::keyOf,
                Types.STRING);
    }

    @Test
    void callBelongsToTheNearestAgent_evenIfItArrivesFirst() throws Exception {
        receive(call("c", "step").build());
        receive(step("step", "agent").build());
        receive(agent("agent", "").name("planner").build());
        harness.setProcessingTime(1_300);
        assertThat(events())
                .extracting(TaskEvent::type, TaskEvent::taskId, TaskEvent::agentId)
                .containsExactlyInAnyOrder(
                        tuple(EventType.LLM_CALL, TRACE, "app/planner"),
                        tuple(EventType.TASK_STARTED, TRACE, "app/planner"),
                        tuple(EventType.TASK_COMPLETED, TRACE, "app/planner"));
    }

    @Test
    void startOfALongAgent_wouldBeTooLate_soThatItsEndStandsAlone() throws Exception {
        long start = T.plusSeconds(10).minus(LATENESS).toEpochMilli();
        receive(agent("agent", "").startMillis(start).build());
        harness.setProcessingTime(1_300);
        assertThat(events()).extracting(TaskEvent::type).containsExactly(EventType.TASK_COMPLETED);
    }

    @Test
    void agentWithinAnAgent_isATaskWithinATask() throws Exception {
        receive(call("c", "inner").build());
        receive(agent("inner", "outer").name("helper").build());
        receive(agent("outer", "").name("planner").build());
        harness.setProcessingTime(1_300);
        TaskEvent call = callOf(events());
        assertThat(call.taskId()).isEqualTo(TRACE + "/inner");
        assertThat(call.parentTaskId()).isEqualTo(TRACE);
        assertThat(call.rootTaskId()).isEqualTo(TRACE);
        assertThat(call.agentId()).isEqualTo("app/helper");
    }

    @Test
    void callThatNamesItsAgent_waitsTwoSeconds_anyOtherFifteen() throws Exception {
        receive(call("quick", "missing").name("planner").isQuick(true).build());
        receive(call("slow", "missing").build());
        harness.setProcessingTime(2_900);
        assertThat(events()).isEmpty();
        harness.setProcessingTime(3_100);
        assertThat(events()).extracting(TaskEvent::agentId).containsExactly("app/planner");
        harness.setProcessingTime(15_900);
        assertThat(events()).hasSize(1);
        harness.setProcessingTime(16_100);
        assertThat(events()).extracting(TaskEvent::taskId).containsExactly(TRACE, TRACE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callWithinACall_withTheSameIdOfTheProvider_countsOnce(boolean innerFirst)
            throws Exception {
        Fragment inner = identified("sdk", "step", "chatcmpl-1");
        Fragment outer = identified("framework", "agent", "chatcmpl-1");
        receive(step("step", "framework").build());
        receive(agent("agent", "").name("planner").build());
        receive(innerFirst ? inner : outer);
        harness.setProcessingTime(innerFirst ? 1_300 : 4_000);
        receive(innerFirst ? outer : inner);
        harness.setProcessingTime(9_000);
        assertThat(events())
                .filteredOn(e -> e.type() == EventType.LLM_CALL)
                .extracting(TaskEvent::eventId)
                .containsExactly(innerFirst ? "sdk" : "framework");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void callWithinTheRootCall_withTheSameIdOfTheProvider_countsOnce(boolean innerFirst)
            throws Exception {
        Fragment inner = identified("sdk", "gateway", "chatcmpl-1");
        Fragment outer = identified("gateway", "", "chatcmpl-1");
        receive(innerFirst ? inner : outer);
        harness.setProcessingTime(1_300);
        receive(innerFirst ? outer : inner);
        harness.setProcessingTime(9_000);
        assertThat(events()).extracting(TaskEvent::taskId).containsExactly(TRACE);
    }

    @Test
    void anAgentBelowARequest_hasTheTaskOfTheTrace() throws Exception {
        receive(call("c", "agent").name("planner").isQuick(true).build());
        receive(agent("agent", "http").name("planner").build());
        receive(step("http", "").build());
        harness.setProcessingTime(4_000);
        assertThat(events()).hasSize(3).extracting(TaskEvent::taskId).containsOnly(TRACE);
    }

    /** The topmost agent waits, since another one may turn out to be above it. */
    @Test
    void agentsBelowAnAgentThatWaits_haveItsTaskAsTheirRoot() throws Exception {
        receive(call("c", "inner").name("helper").isQuick(true).build());
        receive(agent("inner", "outer").name("helper").build());
        receive(agent("outer", "http").name("planner").build());
        receive(step("http", "").build());
        harness.setProcessingTime(1_500);
        harness.setProcessingTime(4_000);
        assertThat(events())
                .filteredOn(e -> !e.taskId().equals(TRACE))
                .hasSize(3)
                .allMatch(e -> e.rootTaskId().equals(TRACE))
                .allMatch(e -> e.parentTaskId().equals(TRACE));
    }

    @Test
    void anAgentCalledByAnotherService_hasATaskOfItsOwn() throws Exception {
        receive(call("c", "remote").isQuick(true).build());
        receive(agent("remote", "client").isParentRemote(true).name("helper").build());
        harness.setProcessingTime(4_000);
        assertThat(callOf(events()).taskId()).isEqualTo(TRACE + "/remote");
        receive(step("client", "root").build());
        receive(agent("root", "").name("planner").build());
        harness.setProcessingTime(8_000);
        assertThat(events())
                .filteredOn(e -> e.type() == EventType.TASK_COMPLETED)
                .extracting(TaskEvent::taskId)
                .containsExactly(TRACE + "/remote", TRACE);
    }

    /** Its calls were counted before it was known, in the task of the trace. */
    @Test
    void aLongAgentCalledByAnotherService_endsTheTaskOfItsCalls() throws Exception {
        receive(call("other", "client").isParentRemote(true).isQuick(true).build());
        receive(call("c", "long").isQuick(true).build());
        harness.setProcessingTime(60_000);
        receive(agent("short", "client").isParentRemote(true).build());
        receive(agent("long", "client").isParentRemote(true).build());
        harness.setProcessingTime(70_000);
        assertThat(taskOf("c")).isEqualTo(TRACE);
        assertThat(taskOf("long/ended")).isEqualTo(TRACE);
        assertThat(taskOf("short/ended")).isEqualTo(TRACE + "/short");
    }

    @Test
    void anAgentWhoseParentNeverCame_doesNotTakeTheTaskOfTheRoot() throws Exception {
        receive(agent("inner", "missing").name("helper").build());
        harness.setProcessingTime(20_000);
        receive(agent("root", "").name("planner").build());
        harness.setProcessingTime(24_000);
        assertThat(events())
                .filteredOn(e -> e.type() == EventType.TASK_COMPLETED)
                .extracting(TaskEvent::taskId)
                .containsExactly(TRACE + "/inner", TRACE);
    }

    @Test
    void callsWithEqualIds_areDifferentCalls_unlessOneIsWithinTheOther() throws Exception {
        receive(identified("first", "agent", "chatcmpl-local"));
        receive(identified("second", "agent", "chatcmpl-local"));
        receive(identified("outer", "agent", "chatcmpl-3"));
        receive(identified("inner", "outer", "chatcmpl-4"));
        receive(agent("agent", "").name("planner").build());
        harness.setProcessingTime(1_300);
        assertThat(events()).filteredOn(e -> e.type() == EventType.LLM_CALL).hasSize(4);
    }

    @Test
    void repeats_areRecognisedUntilTheStateIsEmptied() throws Exception {
        receive(call("c", "missing").isQuick(true).build());
        harness.setProcessingTime(4_000);
        receive(call("c", "missing").isQuick(true).build());
        harness.setProcessingTime(60_000);
        assertThat(events()).hasSize(1);
        assertThat(harness.numKeyedStateEntries()).isPositive();
        harness.setProcessingTime(60_000 + RETENTION.toMillis());
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void traceThatNeverCloses_keepsItsNewestSpansOnly() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            harness.setProcessingTime(1_000 + i);
            receive(call("c" + i, "missing").isQuick(true).build());
        }
        harness.setProcessingTime(10_000);
        receive(call("last", "missing").isQuick(true).build());
        harness.setProcessingTime(20_000);
        assertThat(events()).hasSize(3_001);
        assertThat(harness.numKeyedStateEntries()).isLessThan(2_010);
    }

    @Test
    void traceWithManySpans_stillLearnsOfNewOnes() throws Exception {
        for (int i = 0; i < 2_100; i++) {
            receive(step("s" + i, "missing").build());
        }
        harness.setProcessingTime(2_000);
        receive(call("c", "late").build());
        receive(step("late", "agent").build());
        receive(agent("agent", "").name("planner").build());
        harness.setProcessingTime(2_300);
        assertThat(callOf(events()).agentId()).isEqualTo("app/planner");
        assertThat(harness.numKeyedStateEntries()).isLessThan(2_010);
    }

    @Test
    void keys_areThoseOfStoredState() {
        assertThat(Stream.of(Fragment.Group.values()).map(group -> group + "=" + group.code()))
                .containsExactly("TRACE=0", "CONVERSATION=1", "SESSION=2", "NONE=3");
        assertThat(FragmentAssembler.keyOf(record(call("c", "").build()))).isEqualTo("0" + TRACE);
        Fragment turn = turn(EventType.LLM_CALL, "t", T).build();
        assertThat(FragmentAssembler.keyOf(record(turn))).isEqualTo("1conversation");
        Fragment activity = activity(EventType.LLM_CALL, "task", T, "");
        assertThat(FragmentAssembler.keyOf(record(activity))).isEqualTo("2s");
    }

    @Test
    void waitingFragments_surviveARestart_andWaitAgain() throws Exception {
        receive(call("c", "agent").isQuick(true).build());
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        harness.setProcessingTime(600_000);
        assertThat(events()).isEmpty();
        receive(agent("agent", "").name("planner").build());
        harness.setProcessingTime(600_300);
        assertThat(callOf(events()).agentId()).isEqualTo("app/planner");
    }

    /** Three hours after the fragments were appended, their event time is read within seconds. */
    @Test
    void whileTheJobCatchesUp_aCallWaitsInAppendTime() throws Exception {
        long append = T.toEpochMilli();
        harness.setProcessingTime(append + 10_800_000);
        harness.processElement(appended(call("c", "missing").build(), append), append);
        harness.processWatermark(append + 14_999);
        assertThat(events()).isEmpty();
        harness.processWatermark(append + 15_000);
        assertThat(events()).extracting(TaskEvent::type).containsExactly(EventType.LLM_CALL);
        assertThat(harness.extractOutputValues().get(0).appendMillis()).isEqualTo(append + 15_000);

        // Without further fragments, it waits in processing time.
        harness.processElement(appended(call("d", "missing").build(), append + 16_000), 0);
        harness.setProcessingTime(append + 10_800_000 + 15_999);
        assertThat(events()).hasSize(1);
        harness.setProcessingTime(append + 10_800_000 + 17_000);
        assertThat(events()).hasSize(2);
    }

    /** The partitions of a topic are not read at the same speed. */
    @Test
    void aFragmentOfAPartitionThatIsAhead_waitsFromItsOwnAppendTime() throws Exception {
        long append = T.toEpochMilli();
        harness.setProcessingTime(append + 10_800_000);
        harness.processElement(appended(step("other", "").build(), append), append);
        harness.processElement(appended(call("c", "missing").build(), append + 600_000), append);
        harness.processWatermark(append + 610_000);
        assertThat(events()).isEmpty();
        harness.processWatermark(append + 615_000);
        assertThat(events()).hasSize(1);
    }

    @Test
    void aCallThatWaitedDuringALongOutage_isNotLost() throws Exception {
        long append = T.toEpochMilli();
        harness.setProcessingTime(append);
        harness.processElement(appended(call("c", "missing").build(), append), append);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        long restarted = append + 2 * RETENTION.toMillis();
        harness.setProcessingTime(restarted);
        harness.open();
        harness.setProcessingTime(restarted + 1);
        harness.setProcessingTime(restarted + 14_999);
        assertThat(events()).isEmpty();
        harness.setProcessingTime(restarted + 15_001);
        assertThat(events()).hasSize(1);
        harness.setProcessingTime(restarted + RETENTION.toMillis() + 15_001);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void spanWithoutAStatus_failedIfItsLastCallDid() throws Exception {
        receive(call("c1", "agent").build());
        TaskEvent failed = event(EventType.LLM_CALL, "c2", T.plusSeconds(9), "rate_limit");
        receive(call("c2", "agent").event(failed).build());
        receive(agent("agent", "").isOutcomeUnset(true).build());
        harness.setProcessingTime(1_300);
        assertThat(events())
                .filteredOn(e -> e.type() == EventType.TASK_FAILED)
                .extracting(TaskEvent::errorType)
                .containsExactly("rate_limit");
    }

    /** As by the OpenAI Agents SDK, whose workflow is the agent above its agents. */
    @Test
    void anAgentWithoutCallsOfItsOwn_failedIfTheLastCallBelowItDid() throws Exception {
        TaskEvent failed = event(EventType.LLM_CALL, "c", T, "rate_limit");
        receive(call("c", "inner").event(failed).build());
        receive(agent("inner", "outer").isOutcomeUnset(true).build());
        receive(agent("outer", "").isOutcomeUnset(true).build());
        harness.setProcessingTime(1_300);
        assertThat(events())
                .filteredOn(e -> e.type() == EventType.TASK_FAILED)
                .extracting(TaskEvent::taskId)
                .containsExactlyInAnyOrder(TRACE, TRACE + "/inner");
    }

    /** A call below the span of a web server, with or without a span of a framework between. */
    @ParameterizedTest
    @ValueSource(strings = {"http", "chain"})
    void theSpanThatBeginsATrace_endsTheTaskOfItsCalls(String parent) throws Exception {
        TaskEvent failed = event(EventType.LLM_CALL, "c", T, "rate_limit");
        receive(call("c", parent).event(failed).build());
        receive(step("chain", "http").build());
        receive(entry("http", "").isOutcomeUnset(true).build());
        harness.setProcessingTime(4_000);
        assertThat(events())
                .extracting(TaskEvent::type, TaskEvent::taskId, TaskEvent::errorType)
                .containsExactly(
                        tuple(EventType.LLM_CALL, TRACE, "rate_limit"),
                        tuple(EventType.TASK_FAILED, TRACE, "rate_limit"));
    }

    @Test
    void theSpanThatBeginsATrace_endsNothing_withoutACallOfItsOwnOrBesideAnAgent()
            throws Exception {
        receive(entry("http", "").build());
        harness.setProcessingTime(10_000);
        assertThat(events()).isEmpty();
        receive(call("classifier", "http").build());
        receive(call("c", "agent").build());
        receive(agent("agent", "http").name("planner").build());
        harness.setProcessingTime(20_000);
        assertThat(events())
                .filteredOn(e -> e.type().isEnding())
                .extracting(TaskEvent::eventId)
                .containsExactly("agent/ended");
    }

    /** A running agent of another service may be above it; the earliest end of a task counts. */
    @Test
    void aSpanBelowAnotherService_endsTheTaskOfItsCallsAfterASilence() throws Exception {
        receive(call("c", "gateway").build());
        receive(entry("gateway", "client").isParentRemote(true).build());
        harness.setProcessingTime(1_000 + SILENCE.toMillis() - 1);
        assertThat(events()).extracting(TaskEvent::type).containsExactly(EventType.LLM_CALL);
        harness.setProcessingTime(1_000 + SILENCE.toMillis() + 1);
        assertThat(events())
                .extracting(TaskEvent::type)
                .containsExactly(EventType.LLM_CALL, EventType.TASK_COMPLETED);
        receive(agent("agent", "").build());
        receive(step("client", "agent").build());
        harness.setProcessingTime(1_000 + 2 * SILENCE.toMillis());
        assertThat(events()).filteredOn(e -> e.eventId().startsWith("gateway")).hasSize(1);
    }

    @Test
    void anAgentInTheBackground_isNotEndedByTheRequestThatStartedIt() throws Exception {
        receive(entry("http", "").build());
        receive(call("c", "agent").isQuick(true).build());
        harness.setProcessingTime(30_000);
        receive(agent("agent", "http").build());
        harness.setProcessingTime(40_000);
        assertThat(events())
                .filteredOn(e -> e.type().isEnding())
                .extracting(TaskEvent::eventId)
                .containsExactly("agent/ended");
    }

    /** Claude Code as a library, within the trace of its caller. */
    @Test
    void promptsOfOneTrace_endWithTheSpanThatTheirRecordsName() throws Exception {
        for (String prompt : List.of("P1", "P2")) {
            String span = "interaction-" + prompt;
            receive(Fragment.of(Fragment.Role.PROMPT, TRACE, span).name(prompt).build());
            receive(interaction(span));
        }
        harness.setProcessingTime(1_300);
        assertThat(taskOf("interaction-P1/ended")).isEqualTo("P1");
        assertThat(taskOf("interaction-P2/ended")).isEqualTo("P2");
    }

    @Test
    void theOnlyPromptOfATrace_endsWithASpanThatItsRecordsDoNotName() throws Exception {
        receive(Fragment.of(Fragment.Role.PROMPT, TRACE, "prompt").name("P1").build());
        receive(interaction("interaction"));
        harness.setProcessingTime(1_300);
        assertThat(events()).extracting(TaskEvent::taskId).containsExactly("P1");
    }

    private static Fragment interaction(String id) {
        TaskEvent end =
                TaskEventFields.builder(event(EventType.TASK_COMPLETED, id + "/ended", T, ""))
                        .agentType("claude-code")
                        .build();
        return agent(id, "caller").startMillis(TaskEvent.ABSENT).event(end).build();
    }

    @Test
    void promptsAreTurnsOfAConversation_inEventTime() throws Exception {
        receive(turn(EventType.LLM_CALL, "late", T.plusSeconds(70)).build());
        receive(turn(EventType.TASK_STARTED, "p2", T.plusSeconds(60)).name("prompt").build());
        receive(turn(EventType.LLM_CALL, "early", T.plusSeconds(5)).build());
        receive(turn(EventType.TASK_STARTED, "p1", T).name("prompt").build());
        harness.setProcessingTime(3_100);
        assertThat(taskOf("early")).isEqualTo(taskOf("p1")).isNotEqualTo(taskOf("p2"));
        assertThat(taskOf("late")).isEqualTo(taskOf("p2"));
    }

    @Test
    void callOfATurn_beginsWithTheLastAcceptedRequest() throws Exception {
        receive(turn(EventType.TASK_STARTED, "p1", T).name("prompt").build());
        receive(
                Fragment.of(Fragment.Role.ACCEPTED, "conversation", "a")
                        .startMillis(T.plusSeconds(2).toEpochMilli())
                        .build());
        receive(turn(EventType.LLM_CALL, "c", T.plusSeconds(5)).build());
        harness.setProcessingTime(3_100);
        assertThat(callOf(events()).durationMillis()).isEqualTo(3_000);
    }

    /** Over a WebSocket, no request is reported as accepted. */
    @Test
    void anAcceptedRequest_isThatOfOneCall() throws Exception {
        receive(
                Fragment.of(Fragment.Role.ACCEPTED, "conversation", "a")
                        .startMillis(T.plusSeconds(2).toEpochMilli())
                        .build());
        receive(turn(EventType.LLM_CALL, "c1", T.plusSeconds(5)).build());
        harness.setProcessingTime(3_100);
        receive(turn(EventType.LLM_CALL, "c2", T.plusSeconds(90)).build());
        harness.setProcessingTime(9_100);
        assertThat(events())
                .extracting(TaskEvent::eventId, TaskEvent::durationMillis)
                .containsExactly(tuple("c1", 3_000L), tuple("c2", (long) TaskEvent.ABSENT));
    }

    @Test
    void silenceEndsATask_withAnUnknownOutcome() throws Exception {
        receive(activity(EventType.TASK_STARTED, "t1", T, ""));
        receive(activity(EventType.LLM_CALL, "t1", T.plusSeconds(5), "timeout"));
        harness.setProcessingTime(1_000 + SILENCE.toMillis() - 1);
        assertThat(events()).isEmpty();
        harness.setProcessingTime(1_000 + SILENCE.toMillis() + 1_000);
        assertThat(events()).hasSize(1);
        TaskEvent end = events().get(0);
        assertThat(end.type()).isEqualTo(EventType.TASK_ENDED);
        assertThat(end.timeMillis()).isEqualTo(T.plusSeconds(5).toEpochMilli());
        assertThat(end.errorType()).isEqualTo("timeout");
        assertThat(end.tags()).containsEntry("end", "silence");
    }

    @Test
    void aTaskThatGoesOnAfterASilence_endsAgain() throws Exception {
        receive(activity(EventType.LLM_CALL, "t1", T, "timeout"));
        harness.setProcessingTime(SILENCE.toMillis() + 2_000);
        receive(activity(EventType.LLM_CALL, "t1", T, "timeout")); // repeated
        harness.setProcessingTime(3 * SILENCE.toMillis());
        assertThat(events()).hasSize(1);
        receive(activity(EventType.TOOL_CALL, "t1", T.plusSeconds(3_000), ""));
        harness.setProcessingTime(5 * SILENCE.toMillis());
        assertThat(events()).hasSize(2);
        TaskEvent end = events().get(1);
        assertThat(end.timeMillis()).isEqualTo(T.plusSeconds(3_000).toEpochMilli());
        assertThat(end.eventId()).isNotEqualTo(events().get(0).eventId());
    }

    @Test
    void nextPromptOfTheSession_endsAnOpenTask() throws Exception {
        receive(activity(EventType.TASK_STARTED, "t1", T, ""));
        receive(activity(EventType.TASK_STARTED, "t2", T.plusSeconds(60), ""));
        harness.setProcessingTime(20_000);
        assertThat(events()).extracting(TaskEvent::taskId).containsExactly("t1");
    }

    /** Such as the generation of a title by Claude Code, whose task is the session. */
    @Test
    void aCallOutsideOfAnyPrompt_endsNoTask() throws Exception {
        receive(activity(EventType.TASK_STARTED, "t1", T, ""));
        receive(activity(EventType.LLM_CALL, "s", T.plusSeconds(3), ""));
        harness.setProcessingTime(60_000);
        assertThat(events()).isEmpty();
    }

    /** Such as those of Gemini CLI, which end with the next prompt or after a silence. */
    @Test
    void aSubAgentOfTheSession_endsNoPrompt() throws Exception {
        receive(activity(EventType.TASK_STARTED, "t1", T, ""));
        receive(activity(EventType.LLM_CALL, "s/k3x9ab", T.plusSeconds(3), ""));
        harness.setProcessingTime(60_000);
        assertThat(events()).isEmpty();
        receive(activity(EventType.TASK_STARTED, "t2", T.plusSeconds(60), ""));
        harness.setProcessingTime(90_000);
        assertThat(events())
                .extracting(TaskEvent::taskId)
                .containsExactlyInAnyOrder("t1", "s/k3x9ab");
    }

    @Test
    void reportedEnd_isNotReplacedByAnInferredOne() throws Exception {
        receive(activity(EventType.TASK_STARTED, "t1", T, ""));
        receive(activity(EventType.TASK_COMPLETED, "t1", T.plusSeconds(5), ""));
        receive(activity(EventType.TASK_STARTED, "t2", T.plusSeconds(60), ""));
        harness.setProcessingTime(60_000);
        assertThat(events()).isEmpty();
    }

    private void receive(Fragment fragment) throws Exception {
        harness.processElement(record(fragment), 0);
    }

    private static FragmentRecord record(Fragment fragment) {
        return appended(fragment, 0);
    }

    private static FragmentRecord appended(Fragment fragment, long appendMillis) {
        return new FragmentRecord(fragment, null, 0, 0, appendMillis);
    }

    private List<TaskEvent> events() {
        return harness.extractOutputValues().stream().map(SourceRecord::event).toList();
    }

    private static TaskEvent callOf(List<TaskEvent> events) {
        return events.stream()
                .filter(e -> e.type() == EventType.LLM_CALL)
                .findFirst()
                .orElseThrow();
    }

    private String taskOf(String eventId) {
        return events().stream()
                .filter(e -> e.eventId().equals(eventId))
                .findFirst()
                .orElseThrow()
                .taskId();
    }

    static FragmentFields call(String id, String parent) {
        return Fragment.of(Fragment.Role.CALL, TRACE, id)
                .parentId(parent)
                .event(event(EventType.LLM_CALL, id, T, ""));
    }

    private static Fragment identified(String id, String parent, String callId) {
        TaskEvent event =
                TaskEventFields.builder(event(EventType.LLM_CALL, id, T, ""))
                        .callId(callId)
                        .build();
        return call(id, parent).isQuick(true).event(event).build();
    }

    private static FragmentFields step(String id, String parent) {
        return Fragment.of(Fragment.Role.STEP, TRACE, id).parentId(parent);
    }

    private static FragmentFields entry(String id, String parent) {
        return step(id, parent)
                .event(event(EventType.TASK_COMPLETED, id + "/ended", T.plusSeconds(10), ""));
    }

    static FragmentFields agent(String id, String parent) {
        return Fragment.of(Fragment.Role.AGENT, TRACE, id)
                .parentId(parent)
                .startMillis(T.minusSeconds(10).toEpochMilli())
                .event(event(EventType.TASK_COMPLETED, id + "/ended", T.plusSeconds(10), ""));
    }

    static FragmentFields turn(EventType type, String id, Instant time) {
        return Fragment.of(Fragment.Role.TURN, "conversation", id).event(event(type, id, time, ""));
    }

    static Fragment activity(EventType type, String task, Instant time, String error) {
        String id = type.wireName() + "/" + task;
        var event =
                new TaskEventBuilder(type, id, time, task, "claude-code")
                        .agentType("claude-code")
                        .on("anthropic", "claude-opus-5")
                        .error(error, null)
                        .tags(Map.of("session", "s"))
                        .build();
        return Fragment.of(Fragment.Role.ACTIVITY, "s", id).event(event).build();
    }

    private static TaskEvent event(EventType type, String id, Instant time, String error) {
        return new TaskEventBuilder(type, id, time, TRACE, "app")
                .agentType("app")
                .on("openai", "gpt-5")
                .error(error, null)
                .build();
    }
}
