package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AgentDetectorsTest {
    private static final long BEGINNING = 1_767_600_000_000L;
    private static final long HOUR = 3_600_000;
    private KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal> harness;
    private int tasks;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal>
            newHarness() throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(
                        new AgentDetectors(List.of()), List.of(RuledFunction.RULES)),
                TaskOutcome::agentId,
                rule -> "",
                Types.STRING);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        time(BEGINNING + 1000 * HOUR);
        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numKeyedStateEntries()).isZero();
        harness.close();
    }

    private void time(long millis) throws Exception {
        harness.processWatermark1(new Watermark(millis));
        harness.processWatermark2(new Watermark(millis));
    }

    private static long at(long seconds) {
        return BEGINNING + seconds * 1000;
    }

    private TaskOutcome outcome(
            OutcomeKind kind, String task, long version, long seconds, boolean ok, double usd) {
        return TaskOutcomeBuilder.builder()
                .kind(kind)
                .timeMillis(at(seconds))
                .taskId(task)
                .version(version)
                .agentId("a")
                .agentType("worker")
                .provider("openai")
                .rootTaskId(task)
                .succeeded(ok)
                .failed(!ok)
                .error("")
                .durationMillis(1000)
                .costNanos(Math.round(usd * 1e9))
                .tokens(100)
                .build();
    }

    private void ended(long seconds, boolean ok) throws Exception {
        send(outcome(OutcomeKind.ENDED, "t" + tasks++, 1, seconds, ok, 0.01));
    }

    private void send(TaskOutcome outcome) throws Exception {
        harness.processElement1(outcome, outcome.timeMillis());
    }

    private List<Signal> signals() {
        return harness.extractOutputValues();
    }

    private void aNormalHour() throws Exception {
        for (int i = 0; i < 60; i++) {
            ended(i * 60L, true);
        }
        time(at(3600));
    }

    /** Tasks of other agents need not end for that. */
    @Test
    void theAlertOfARunningTaskIsClearedWhenTheRuleNoLongerMatches() throws Exception {
        for (int i = 0; i < 60; i++) {
            ended(i * 60L, true);
        }
        for (int i = 0; i < 20; i++) {
            send(outcome(OutcomeKind.STARTED, "slow" + i, 0, 3600, true, 0));
        }
        time(at(3700));
        assertThat(signals())
                .extracting(signal -> signal.rule().type() + " " + signal.kind())
                .contains("HIGH_RESPONSE_TIME RAISED");
        AlertRule others =
                RuleCodec.decode(
                        ("{\"rule_id\": \"high_response_time\", \"match\":"
                                        + " {\"agent_type\": \"other\"}}")
                                .getBytes(StandardCharsets.UTF_8));
        harness.processElement2(others.since(at(3701)), at(3701));
        send(outcome(OutcomeKind.STARTED, "more", 0, 3702, true, 0));
        time(at(3800));
        assertThat(signals())
                .extracting(signal -> signal.rule().type() + " " + signal.kind())
                .contains("HIGH_RESPONSE_TIME CLEARED");
    }

    private void tenFailures(long fromSeconds) throws Exception {
        for (int i = 0; i < 10; i++) {
            ended(fromSeconds + i * 60L, false);
        }
    }

    @Test
    void waitsForEventTime_thenEmitsInItsOrder() throws Exception {
        aNormalHour();
        tenFailures(3600);
        assertThat(signals()).isEmpty();
        time(at(4300));
        assertThat(signals()).extracting(Signal::kind).contains(SignalKind.RAISED);
        assertThat(signals().get(0).timeMillis()).isLessThan(at(4200));
    }

    @Test
    void anAlertEndsWithAnyLongPause_notOnlyTheFirst() throws Exception {
        aNormalHour();
        time(at(6000));
        for (int i = 0; i < 60; i++) {
            ended(6000 + i * 60L, true);
        }
        tenFailures(9600);
        time(at(10_300));
        assertThat(signals()).extracting(Signal::kind).contains(SignalKind.RAISED);
        time(at(12_000));
        assertThat(signals()).extracting(Signal::kind).endsWith(SignalKind.CLEARED);
    }

    @Test
    void runningTasksAreSlow_onlyOfAnAgentWhoseUsualDurationIsKnown() throws Exception {
        startTen(10);
        time(at(300));
        assertThat(signals()).isEmpty();
        for (int i = 0; i < 10; i++) {
            ended(310 + i, true);
        }
        startTen(400);
        time(at(600));
        assertThat(signals()).extracting(Signal::kind).contains(SignalKind.RAISED);
    }

    private void startTen(long seconds) throws Exception {
        for (int i = 0; i < 10; i++) {
            send(outcome(OutcomeKind.STARTED, "s" + tasks++, 0, seconds, false, 0));
        }
    }

    @Test
    void continuesAfterARestore() throws Exception {
        aNormalHour();
        tenFailures(3600);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        time(at(4300));
        assertThat(signals()).extracting(Signal::kind).contains(SignalKind.RAISED);
    }

    private void fail(OutcomeKind kind, int tasks, long version) throws Exception {
        for (int i = 0; i < tasks; i++) {
            send(outcome(kind, "f" + i, version, 3600 + i * 60L, false, .01));
        }
    }

    /** Behind the shuffle there is no watermark until all senders have sent theirs. */
    @Test
    void amendmentsBetweenARestoreAndTheFirstWatermark_countNoTaskAgain() throws Exception {
        aNormalHour();
        fail(OutcomeKind.ENDED, 5, 1);
        time(at(4200));
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        fail(OutcomeKind.AMENDED, 5, 2);
        time(at(4300));
        assertThat(signals()).isEmpty();
    }

    @Test
    void anExpensiveTaskIsReportedAtOnce_andAgainInEventTime() throws Exception {
        send(outcome(OutcomeKind.ENDED, "costly", 1, 10, true, 9));
        assertThat(signals()).extracting(Signal::kind).containsExactly(SignalKind.EARLY);
        time(at(11));
        assertThat(signals())
                .extracting(Signal::kind)
                .containsExactly(SignalKind.EARLY, SignalKind.HAPPENED);
    }

    @Test
    void anAmendmentReplacesAnEnding_andARetractionRemovesIt() throws Exception {
        send(outcome(OutcomeKind.ENDED, "x", 1, 10, true, 1));
        send(outcome(OutcomeKind.AMENDED, "x", 2, 10, true, 9));
        send(outcome(OutcomeKind.ENDED, "y", 1, 10, true, 9));
        send(outcome(OutcomeKind.RETRACTED, "y", 2, 10, false, -1));
        time(at(11));
        assertThat(signals().stream().filter(s -> s.kind() == SignalKind.HAPPENED))
                .singleElement()
                .satisfies(s -> assertThat(s.evidence().taskIds()).containsExactly("x"));
    }

    private static final double UNKNOWN = -1e-9;

    private List<SignalKind> kindsOf(AlertType type) {
        return signals().stream()
                .filter(s -> s.rule().type() == type && s.kind() != SignalKind.MEASURED)
                .map(Signal::kind)
                .toList();
    }

    @Test
    void theCostOfATask_countsAlsoWhenItIsKnownLate() throws Exception {
        send(outcome(OutcomeKind.ENDED, "x", 1, 10, true, UNKNOWN));
        time(at(35));
        send(outcome(OutcomeKind.AMENDED, "x", 2, 10, true, 9));
        assertThat(kindsOf(AlertType.COST_SPIKE)).containsExactly(SignalKind.EARLY);
        assertThat(signals().get(0).timeMillis())
                .as("its time is after the watermark")
                .isGreaterThan(at(35));
        time(at(36));
        assertThat(kindsOf(AlertType.COST_SPIKE))
                .containsExactly(SignalKind.EARLY, SignalKind.HAPPENED);
        send(outcome(OutcomeKind.AMENDED, "x", 3, 10, true, 9.5));
        time(at(40));
        assertThat(signals()).as("emitted once, however often it is amended").hasSize(2);
    }

    @Test
    void aTaskThatNeitherSucceededNorFailed_isComparedWithTheLimitToo() throws Exception {
        send(
                TaskOutcomeBuilder.builder()
                        .kind(OutcomeKind.ENDED)
                        .timeMillis(at(10))
                        .taskId("x")
                        .version(1)
                        .agentId("a")
                        .agentType("worker")
                        .provider("openai")
                        .rootTaskId("x")
                        .error("")
                        .durationMillis(1000)
                        .costNanos(9_000_000_000L)
                        .tokens(100)
                        .build());
        time(at(11));
        assertThat(kindsOf(AlertType.COST_SPIKE))
                .containsExactly(SignalKind.EARLY, SignalKind.HAPPENED);
    }

    /** One task per minute, whose calls arrive after its ending. */
    private void lateCalls(int from, int n, double first, double usd) throws Exception {
        for (int i = from; i < from + n; i++) {
            send(outcome(OutcomeKind.ENDED, "x" + i, 1, i * 60L, true, first));
            time(at(i * 60L + 20));
            send(outcome(OutcomeKind.AMENDED, "x" + i, 2, i * 60L, true, usd));
            time(at(i * 60L + 21));
        }
    }

    @Test
    void lateCostsUpdateTheBaseline_andAreComparedWithIt() throws Exception {
        lateCalls(0, 60, UNKNOWN, 0.05);
        assertThat(kindsOf(AlertType.COST_SPIKE)).isEmpty();
        lateCalls(60, 12, UNKNOWN, 0.5);
        assertThat(kindsOf(AlertType.COST_SPIKE)).containsExactly(SignalKind.RAISED);
        assertThat(signals())
                .filteredOn(s -> s.kind() == SignalKind.RAISED)
                .allSatisfy(s -> assertThat(s.evidence().baseline()).isBetween(.049, .051));
    }

    @Test
    void aPartialCostDoesNotAffectTheBaseline_onceTheRestIsKnown() throws Exception {
        lateCalls(0, 120, 0.01, 0.06);
        assertThat(kindsOf(AlertType.COST_SPIKE)).isEmpty();
        lateCalls(120, 12, 0.01, 0.6);
        assertThat(kindsOf(AlertType.COST_SPIKE))
                .startsWith(SignalKind.RAISED)
                .doesNotContain(SignalKind.CLEARED);
    }

    @Test
    void outliersAreFoundInLateCosts() throws Exception {
        lateCalls(0, 60, UNKNOWN, 0.05);
        lateCalls(60, 1, UNKNOWN, 0.9);
        lateCalls(61, 1, 0.05, 0.9);
        assertThat(kindsOf(AlertType.REPEATED_COST_SPIKES))
                .containsExactly(SignalKind.OBSERVED, SignalKind.OBSERVED);
    }

    @Test
    void aBillAfterTheEnding_correctsTheCostOfTheTask() throws Exception {
        for (int i = 0; i < 72; i++) {
            double usd = i < 60 ? 0.05 : 0.5;
            send(outcome(OutcomeKind.ENDED, "x" + i, 1, i * 60L, true, 0.01));
            send(outcome(OutcomeKind.SETTLED, "x" + i, 2, i * 60L + 10, true, usd));
            time(at(i * 60L + 30));
        }
        assertThat(kindsOf(AlertType.COST_SPIKE))
                .startsWith(SignalKind.RAISED)
                .doesNotContain(SignalKind.CLEARED);
        assertThat(signals())
                .filteredOn(s -> s.kind() == SignalKind.RAISED)
                .allSatisfy(s -> assertThat(s.evidence().baseline()).isBetween(.049, .051));
    }

    @Test
    void aBillThatIsTakenBack_leavesNothing() throws Exception {
        send(outcome(OutcomeKind.ENDED, "x", 1, 10, true, 1));
        time(at(11));
        send(outcome(OutcomeKind.SETTLED, "x", 2, 20, true, 9));
        send(outcome(OutcomeKind.RETRACTED, "x", 3, 20, false, UNKNOWN));
        time(at(30));
        assertThat(kindsOf(AlertType.COST_SPIKE)).containsExactly(SignalKind.EARLY);
    }

    @Test
    void anEarlierEndingThatComesLate_countsInPlaceOfTheLaterOne() throws Exception {
        send(outcome(OutcomeKind.ENDED, "x", 1, 100, true, 1));
        time(at(50));
        send(outcome(OutcomeKind.RETRACTED, "x", 2, 100, false, UNKNOWN));
        send(outcome(OutcomeKind.AMENDED, "x", 2, 10, true, 9));
        time(at(200));
        assertThat(kindsOf(AlertType.COST_SPIKE))
                .containsExactly(SignalKind.EARLY, SignalKind.HAPPENED);
    }

    @Test
    void aLateStartCounts_unlessItsEndingWasReceived() throws Exception {
        aNormalHour();
        for (int i = 0; i < 5; i++) {
            send(outcome(OutcomeKind.STARTED, "over" + i, 1, 3590, true, 0));
        }
        time(at(3700));
        assertThat(kindsOf(AlertType.HIGH_RESPONSE_TIME)).isEmpty();
        for (int i = 0; i < 10; i++) {
            send(outcome(OutcomeKind.STARTED, "runs" + i, 0, 3650, true, 0));
        }
        time(at(3760));
        assertThat(kindsOf(AlertType.HIGH_RESPONSE_TIME)).containsExactly(SignalKind.RAISED);
    }

    @Test
    void aTaskThatAnotherAgentEnds_isNotSlow() throws Exception {
        aNormalHour();
        for (int i = 0; i < 10; i++) {
            send(outcome(OutcomeKind.STARTED, "delegated" + i, 0, 3650, true, 0));
            send(outcome(OutcomeKind.RELEASED, "delegated" + i, 2, 3660, true, UNKNOWN));
        }
        time(at(3760));
        assertThat(kindsOf(AlertType.HIGH_RESPONSE_TIME)).isEmpty();
    }

    @Test
    void aReleaseThatIsTakenBack_leavesTheTaskRunning() throws Exception {
        aNormalHour();
        for (int i = 0; i < 10; i++) {
            send(outcome(OutcomeKind.STARTED, "runs" + i, 0, 3650, true, 0));
            send(outcome(OutcomeKind.RELEASED, "runs" + i, 2, 3660, true, UNKNOWN));
            send(outcome(OutcomeKind.RETRACTED, "runs" + i, 3, 3660, true, UNKNOWN));
        }
        time(at(3760));
        assertThat(kindsOf(AlertType.HIGH_RESPONSE_TIME)).containsExactly(SignalKind.RAISED);
    }

    @Test
    void signalsOfAMovedAgent_nameBothProviders() throws Exception {
        aNormalHour();
        for (int i = 0; i < 10; i++) {
            send(
                    TaskOutcomeBuilder.builder()
                            .kind(OutcomeKind.ENDED)
                            .timeMillis(at(3600 + i * 60))
                            .taskId("m" + i)
                            .version(1)
                            .agentId("a")
                            .agentType("worker")
                            .provider("google")
                            .rootTaskId("m" + i)
                            .succeeded(true)
                            .error("")
                            .durationMillis(1000)
                            .costNanos(1_000_000_000)
                            .tokens(100)
                            .build());
        }
        time(at(4300));
        assertThat(signals())
                .filteredOn(s -> s.kind() == SignalKind.RAISED)
                .singleElement()
                .satisfies(
                        s -> {
                            assertThat(s.subject().provider()).isEqualTo("openai");
                            assertThat(s.evidence().movedFrom()).isEqualTo("openai");
                            assertThat(s.evidence().movedTo()).isEqualTo("google");
                        });
    }

    @Test
    void aRuleAppliesFromItsAppendTime_andAffectsNoOther() throws Exception {
        aNormalHour();
        AlertRule standard = AlertRule.standard(AlertType.COST_SPIKE);
        AlertRule stricter =
                AlertRuleBuilder.builder()
                        .ruleId(standard.ruleId())
                        .type(standard.type())
                        .version(1)
                        .enabled(true)
                        .severity(Severity.WARNING)
                        .params(Map.of("task_limit_usd", 1.0))
                        .sinceMillis(at(4000))
                        .build();
        harness.processElement2(stricter, 0);
        send(outcome(OutcomeKind.ENDED, "before", 1, 3999, true, 2));
        send(outcome(OutcomeKind.ENDED, "after", 1, 4000, true, 2));
        tenFailures(4010);
        time(at(5000));
        assertThat(signals().stream().filter(s -> s.kind() == SignalKind.HAPPENED))
                .singleElement()
                .satisfies(s -> assertThat(s.evidence().taskIds()).containsExactly("after"));
        assertThat(signals().stream().filter(s -> s.rule().type() == AlertType.HIGH_ERROR_RATE))
                .isNotEmpty();
    }

    @Test
    void aRuleThatWasDisabled_firesAgainOnceItIsEnabled() throws Exception {
        AlertRule standard = AlertRule.standard(AlertType.HIGH_ERROR_RATE);
        aNormalHour();
        tenFailures(3600);
        harness.processElement2(
                AlertRuleBuilder.builder(standard)
                        .version(1)
                        .enabled(false)
                        .sinceMillis(at(4300))
                        .build(),
                0);
        harness.processElement2(standard.ofVersion(2).since(at(4400)), 0);
        tenFailures(4500);
        time(at(6000));

        assertThat(
                        signals().stream()
                                .filter(s -> s.rule().type() == AlertType.HIGH_ERROR_RATE)
                                .filter(s -> s.kind() == SignalKind.RAISED)
                                .map(s -> s.rule().version()))
                .containsExactly(0L, 2L);
    }

    @Test
    void agentsThatComeAndGoAreForgotten() throws Exception {
        for (int i = 0; i < 100; i++) {
            ended(i, true);
            send(
                    TaskOutcomeBuilder.builder()
                            .kind(OutcomeKind.ENDED)
                            .timeMillis(at(i))
                            .taskId("s" + i)
                            .version(1)
                            .agentId("short-lived-" + i)
                            .agentType("worker")
                            .provider("openai")
                            .rootTaskId("s" + i)
                            .succeeded(true)
                            .error("")
                            .durationMillis(1000)
                            .costNanos(1)
                            .tokens(1)
                            .build());
        }
        time(at(200));
        int busy = harness.numKeyedStateEntries();
        time(at(200) + 3 * HOUR);
        assertThat(harness.numKeyedStateEntries()).isLessThan(busy / 20);
    }

    @Test
    void anAgentTakesAFewKilobytes_howeverLongItWorks() throws Exception {
        AgentProfile profile = new AgentProfile();
        List<AlertType> types = List.copyOf(RuleState.types());
        RuleState[] states = new RuleState[types.size()];
        int[] sizes = new int[3];
        for (int i = 0; i < 30_000; i++) {
            TaskOutcome outcome =
                    outcome(
                            OutcomeKind.ENDED,
                            "a-task-with-an-id-of-usual-length-" + i,
                            1,
                            i * 10L,
                            i % 9 != 0,
                            0.01 + i % 7);
            profile.ended(outcome);
            AgentRules rules = new AgentRules("a", profile, outcome.timeMillis(), s -> {});
            for (int k = 0; k < states.length; k++) {
                states[k] = states[k] == null ? new RuleState() : states[k];
                rules.ended(outcome, AlertRule.standard(types.get(k)), states[k]);
            }
            if (i % 10_000 == 9_999) {
                sizes[i / 10_000] = bytes(profile, states);
            }
        }
        assertThat(sizes[2]).isLessThan(5100);
        assertThat(sizes[2] - sizes[0]).isLessThan(100);
    }

    private static int bytes(AgentProfile profile, RuleState[] states) throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(1 << 14);
        TypeInformation.of(AgentProfile.class)
                .createSerializer(new SerializerConfigImpl())
                .serialize(profile, out);
        for (RuleState state : states) {
            TypeInformation.of(RuleState.class)
                    .createSerializer(new SerializerConfigImpl())
                    .serialize(state, out);
        }
        return out.length();
    }
}
