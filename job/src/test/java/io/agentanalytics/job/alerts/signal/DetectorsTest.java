package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import io.agentanalytics.job.statistics.FalseAlarms;
import io.agentanalytics.job.statistics.RobustBaseline;
import io.agentanalytics.job.time.Day;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions that each detector finds, and those that it ignores. */
class DetectorsTest {
    private static final long MINUTE = 60_000;
    private final AgentProfile profile = new AgentProfile();
    private final RuleState state = new RuleState();
    private final List<Signal> signals = new ArrayList<>();
    private long clock = 1_767_600_000_000L;

    /**
     * One task per minute: s succeeded, f failed; x costs ten times as much, l takes ten times as
     * long.
     */
    private List<SignalKind> run(AlertType type, String tasks) {
        return run(AlertRule.standard(type), tasks);
    }

    private List<SignalKind> run(AlertRule rule, String tasks) {
        for (int i = 0; i < tasks.length(); i++) {
            char c = tasks.charAt(i);
            clock += MINUTE;
            TaskOutcome outcome =
                    outcome(
                            c != 'f',
                            c == 'l' ? 100_000 : 10_000,
                            c == 'x' ? 100_000_000 : 10_000_000);
            profile.ended(outcome);
            new AgentRules("a", profile, outcome.timeMillis(), signals::add)
                    .ended(outcome, rule, state);
        }
        return signals.stream()
                .map(Signal::kind)
                .filter(kind -> kind != SignalKind.MEASURED)
                .toList();
    }

    private TaskOutcome outcome(boolean succeeded, long durationMillis, long costNanos) {
        return TaskOutcomeBuilder.builder()
                .kind(OutcomeKind.ENDED)
                .timeMillis(clock)
                .taskId("t" + clock)
                .version(1)
                .agentId("a")
                .agentType("worker")
                .provider("openai")
                .rootTaskId("t" + clock)
                .succeeded(succeeded)
                .failed(!succeeded)
                .error(succeeded ? "" : "unresolved")
                .durationMillis(durationMillis)
                .costNanos(costNanos)
                .tokens(1000)
                .build();
    }

    @Test
    void theBaselineIsMedianAndDeviation_withoutKeepingTheValues() {
        RobustBaseline usual = new RobustBaseline();
        Random random = new Random(1);
        for (int i = 0; i < 5000; i++) {
            usual.add(3 + 2 * random.nextGaussian());
        }
        assertThat(usual.median).isCloseTo(3, within(0.3));
        assertThat(usual.deviation).isCloseTo(2, within(0.3));
        assertThat(usual.first).isEmpty();
    }

    @Test
    void aDropOfTheSuccessRateIsRaised_andClearedAfterRecovery() {
        assertThat(run(AlertType.HIGH_ERROR_RATE, "s".repeat(60) + "f".repeat(8)))
                .startsWith(SignalKind.RAISED);
        assertThat(run(AlertType.HIGH_ERROR_RATE, "s".repeat(12))).endsWith(SignalKind.CLEARED);
    }

    @Test
    void aHigherCostIsUsualAfterADay_andNotAfterAnIncidentOfHours() {
        assertThat(run(AlertType.COST_SPIKE, "s".repeat(60) + "x".repeat(6 * 60)))
                .containsExactly(SignalKind.RAISED);
        assertThat(run(AlertType.COST_SPIKE, "s".repeat(30))).endsWith(SignalKind.CLEARED);
        double usual = Math.exp(state.cost.usual.median);
        assertThat(usual).as("the incident taught nothing").isCloseTo(10_000_000, within(1e5));

        signals.clear();
        assertThat(run(AlertType.COST_SPIKE, "x".repeat(25 * 60)))
                .containsExactly(SignalKind.RAISED, SignalKind.CLEARED);
        assertThat(signals.get(signals.size() - 1).evidence().adopted()).isTrue();
        assertThat(run(AlertType.COST_SPIKE, "x".repeat(600))).hasSize(2);
    }

    @Test
    void longerTasksAreUsualAfterADay() {
        AlertRule rule = slowerThan(20);
        assertThat(run(rule, "s".repeat(60) + "l".repeat(6 * 60) + "s".repeat(40)))
                .containsExactly(SignalKind.RAISED, SignalKind.EASED, SignalKind.CLEARED);
        signals.clear();
        assertThat(run(rule, "l".repeat(26 * 60)))
                .containsExactly(SignalKind.RAISED, SignalKind.CLEARED);
        assertThat(run(rule, "l".repeat(600))).hasSize(2);
    }

    private static AlertRule slowerThan(int seconds) {
        String json =
                "{\"rule_id\": \"high_response_time\", \"params\": {\"limit_seconds\": %d}}"
                        .formatted(seconds);
        try {
            return RuleCodec.decode(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidControlException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anAgentThatAlwaysSolvesHalf_isNotCritical_andItsRateBecomesUsual() {
        Random random = new Random(5);
        StringBuilder half = new StringBuilder();
        random.ints(1000, 0, 2).forEach(i -> half.append(i == 0 ? 's' : 'f'));
        assertThat(run(AlertType.HIGH_ERROR_RATE, half.toString()))
                .doesNotContain(SignalKind.ESCALATED)
                .endsWith(SignalKind.CLEARED);
        signals.clear();
        assertThat(run(AlertType.HIGH_ERROR_RATE, "f".repeat(60))).startsWith(SignalKind.RAISED);
    }

    @Test
    void anAgentThatNearlyAlwaysFails_keepsItsAlert() {
        assertThat(run(AlertType.HIGH_ERROR_RATE, "f".repeat(3 * 24 * 60)))
                .containsExactly(SignalKind.RAISED);
    }

    @Test
    void anAgentThatFailsFast_performsNoBetter() {
        clock = Math.floorDiv(clock, Day.MILLIS) * Day.MILLIS;
        run(AlertType.PERFORMANCE_IMPROVEMENT, "l".repeat(2 * 24 * 60));
        assertThat(run(AlertType.PERFORMANCE_IMPROVEMENT, "f".repeat(600))).isEmpty();
    }

    @Test
    void anAgentThatBecomesFaster_performsBetter() {
        clock = Math.floorDiv(clock, Day.MILLIS) * Day.MILLIS;
        run(AlertType.PERFORMANCE_IMPROVEMENT, "lls".repeat(2 * 8 * 60));
        assertThat(run(AlertType.PERFORMANCE_IMPROVEMENT, "s".repeat(600)))
                .contains(SignalKind.RAISED);
    }

    /** 50 of 50 is likely for an agent that succeeds in 99 % of its tasks. */
    @Test
    void aDayWithoutFailures_isNoImprovementOf99Percent() {
        clock = Math.floorDiv(clock, Day.MILLIS) * Day.MILLIS;
        run(AlertType.PERFORMANCE_IMPROVEMENT, ("s".repeat(99) + "f").repeat(28) + "s".repeat(80));
        assertThat(run(AlertType.PERFORMANCE_IMPROVEMENT, "s".repeat(119))).isEmpty();
    }

    @Test
    void aLongDropWorsens() {
        assertThat(run(AlertType.HIGH_ERROR_RATE, "s".repeat(60) + "f".repeat(20)))
                .containsExactly(SignalKind.RAISED, SignalKind.WORSENED);
    }

    @ParameterizedTest
    @CsvSource({"ssssssssfs", "sssfssssssf", "ssfsfs"})
    void theUsualFailureRateRaisesNothing(String day) {
        assertThat(run(AlertType.HIGH_ERROR_RATE, day.repeat(30))).isEmpty();
    }

    @Test
    void fewFailuresOfANewAgentRaiseNothing() {
        assertThat(run(AlertType.HIGH_ERROR_RATE, "sfff")).isEmpty();
    }

    @Test
    void theAlertOfAnAgentThatStopsIsCleared() {
        AlertRule rule = AlertRule.standard(AlertType.HIGH_ERROR_RATE);
        run(rule, "s".repeat(60) + "f".repeat(10));
        new AgentRules("a", profile, clock + 30 * MINUTE, signals::add).quiet(rule, state);
        assertThat(signals.get(signals.size() - 1).kind()).isEqualTo(SignalKind.CLEARED);
    }

    @Test
    void moreExpensiveTasksAreRaised_andClearedWhenTheyAreCheapAgain() {
        assertThat(run(AlertType.COST_SPIKE, "s".repeat(60) + "x".repeat(12)))
                .containsExactly(SignalKind.RAISED);
        assertThat(run(AlertType.COST_SPIKE, "s".repeat(12))).endsWith(SignalKind.CLEARED);
    }

    @Test
    void oneExpensiveTaskRaisesNothing() {
        assertThat(run(AlertType.COST_SPIKE, "s".repeat(60) + "x" + "s".repeat(20))).isEmpty();
    }

    @Test
    void tasksThatWereAlwaysExpensiveRaiseNothing() {
        assertThat(run(AlertType.COST_SPIKE, "x".repeat(100))).isEmpty();
    }

    @Test
    void aTaskAboveTheLimitIsCriticalAtOnce() {
        AlertRule rule = with(AlertType.COST_SPIKE, "task_limit_usd", 0.05);
        run(rule, "x");
        assertThat(signals)
                .singleElement()
                .satisfies(
                        s -> {
                            assertThat(s.kind()).isEqualTo(SignalKind.HAPPENED);
                            assertThat(s.severity()).isEqualTo(Severity.CRITICAL);
                            assertThat(s.evidence().value()).isEqualTo(0.1);
                        });
    }

    private static AlertRule with(AlertType type, String name, double value) {
        AlertRule r = AlertRule.standard(type);
        return AlertRuleBuilder.builder()
                .ruleId(r.ruleId())
                .type(type)
                .version(1)
                .enabled(true)
                .severity(r.severity())
                .params(Map.of(name, value))
                .sinceMillis(0)
                .build();
    }

    @Test
    void slowTasksAreRaised_andClearedWhenTheyAreFastAgain() {
        assertThat(run(AlertType.HIGH_RESPONSE_TIME, "s".repeat(40) + "l".repeat(10)))
                .containsExactly(SignalKind.RAISED);
        assertThat(run(AlertType.HIGH_RESPONSE_TIME, "s".repeat(20))).endsWith(SignalKind.CLEARED);
    }

    @Test
    void anAgentWhoseTasksAlwaysTakeMinutesIsNotSlow() {
        assertThat(run(AlertType.HIGH_RESPONSE_TIME, "l".repeat(100))).isEmpty();
    }

    @Test
    void tasksThatRunLongerThanTheLimitAreSlowBeforeTheyEnd() {
        AlertRule rule = AlertRule.standard(AlertType.HIGH_RESPONSE_TIME);
        run(rule, "s".repeat(40));
        for (int i = 0; i < 12; i++) {
            profile.running.put("hanging-" + i, clock);
        }
        new AgentRules("a", profile, clock + 29_000, signals::add).reevaluate(rule, state);
        assertThat(signals).isEmpty();
        new AgentRules("a", profile, clock + 31_000, signals::add).reevaluate(rule, state);
        assertThat(signals).extracting(Signal::kind).containsExactly(SignalKind.RAISED);
    }

    @Test
    void aSingleExpensiveTaskIsObservedForThePattern() {
        assertThat(run(AlertType.REPEATED_COST_SPIKES, "s".repeat(40) + "x"))
                .containsExactly(SignalKind.OBSERVED);
    }

    @Test
    void tasksWithoutALineAreNotObserved() {
        assertThat(run(AlertType.RUNAWAY_AGENT, "fff")).isEmpty();
    }

    @Test
    void aBusyAgentNeedsMoreEvidence() {
        assertThat(FalseAlarms.threshold(7, 60)).isEqualTo(7);
        assertThat(FalseAlarms.threshold(7, 360)).isCloseTo(7 + Math.log(6), within(1e-9));
        assertThat(FalseAlarms.threshold(7, 1)).isEqualTo(5);
    }

    @Test
    void silenceBeyondTheUsualGapsIsRaised_andClearedOnReturn() {
        AgentClock agent = new AgentClock();
        AlertRule rule = AlertRule.standard(AlertType.NO_DATA);
        for (int i = 0; i < 60; i++) {
            clock += MINUTE;
            agent.update(outcome(true, 1000, 1), clock);
        }
        agent.evaluate(
                "a", clock + 9 * MINUTE, Long.MIN_VALUE, List.of(), List.of(rule), signals::add);
        assertThat(signals).isEmpty();
        agent.evaluate(
                "a", clock + 11 * MINUTE, Long.MIN_VALUE, List.of(), List.of(rule), signals::add);
        clock += 12 * MINUTE;
        agent.update(outcome(true, 1000, 1), clock);
        agent.evaluate("a", clock, Long.MIN_VALUE, List.of(), List.of(rule), signals::add);
        assertThat(signals)
                .extracting(Signal::kind)
                .containsExactly(SignalKind.RAISED, SignalKind.CLEARED);
        assertThat(signals).allMatch(Signal::clock);
    }

    @Test
    void aRuleThatWasDisabled_startsWithoutState() {
        AgentClock agent = new AgentClock();
        AlertRule rule = AlertRule.standard(AlertType.NO_DATA);
        for (int i = 0; i < 60; i++) {
            clock += MINUTE;
            agent.update(outcome(true, 1000, 1), clock);
        }
        agent.evaluate(
                "a", clock + 11 * MINUTE, Long.MIN_VALUE, List.of(), List.of(rule), signals::add);
        agent.evaluate(
                "a", clock + 12 * MINUTE, Long.MIN_VALUE, List.of(), List.of(), signals::add);
        assertThat(agent.due(List.of(), List.of(), Long.MIN_VALUE, 0)).isEqualTo(AgentClock.NEVER);
        agent.evaluate(
                "a", clock + 13 * MINUTE, Long.MIN_VALUE, List.of(), List.of(rule), signals::add);

        assertThat(signals)
                .extracting(Signal::kind)
                .containsExactly(SignalKind.RAISED, SignalKind.RAISED);
    }

    @Test
    void aReplayedAgentIsNotSilent() {
        AgentClock agent = new AgentClock();
        for (int i = 0; i < 60; i++) {
            clock += MINUTE;
            agent.update(outcome(true, 1000, 1), clock + 86_400_000);
        }
        AlertRule rule = AlertRule.standard(AlertType.NO_DATA);
        agent.evaluate(
                "a",
                clock + 2 * 86_400_000L,
                Long.MIN_VALUE,
                List.of(),
                List.of(rule),
                signals::add);
        assertThat(signals).isEmpty();
    }

    @Test
    void aTaskThatDoesNotEndIsStuckAfterItsLimit() {
        AgentClock agent = new AgentClock();
        TaskOutcome started =
                TaskOutcomeBuilder.builder()
                        .kind(OutcomeKind.STARTED)
                        .timeMillis(clock)
                        .taskId("hangs")
                        .agentId("a")
                        .agentType("worker")
                        .provider("")
                        .rootTaskId("")
                        .error("")
                        .durationMillis(-1)
                        .costNanos(-1)
                        .tokens(-1)
                        .build();
        agent.update(started, clock);
        AlertRule rule = AlertRule.standard(AlertType.STUCK_TASK);
        assertThat(agent.due(List.of(rule), List.of(), Long.MIN_VALUE, 0))
                .isEqualTo(clock + 3_600_000);
        agent.evaluate(
                "a", clock + 3_600_000, Long.MIN_VALUE, List.of(rule), List.of(), signals::add);
        assertThat(signals)
                .singleElement()
                .satisfies(s -> assertThat(s.evidence().taskIds()).containsExactly("hangs"));
    }
}
