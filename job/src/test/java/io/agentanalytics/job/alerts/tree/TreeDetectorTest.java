package io.agentanalytics.job.alerts.tree;

import static io.agentanalytics.job.alerts.tree.Trees.USD;
import static io.agentanalytics.job.alerts.tree.Trees.at;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.contract.alerts.TreeEvidence;
import io.agentanalytics.job.alerts.signal.RuledFunction;
import io.agentanalytics.job.alerts.signal.Signal;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TreeDetectorTest {
    private static final AlertRule RULE = AlertRule.standard(AlertType.RUNAWAY_TREE);
    private KeyedBroadcastOperatorTestHarness<String, TreeStatus, AlertRule, Signal> harness;
    private long second;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness(RULE);
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedBroadcastOperatorTestHarness<String, TreeStatus, AlertRule, Signal>
            newHarness(AlertRule initial) throws Exception {
        return new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(
                        new TreeDetector(List.of(initial)), List.of(RuledFunction.RULES)),
                TreeStatus::agentType,
                Types.STRING,
                1,
                1,
                0);
    }

    /** Returns the status of a tree with this number of agents that has cost 2 USD. */
    private static TreeStatusBuilder tree(String root, long agents) {
        return TreeStatusBuilder.builder()
                .rootTaskId(root)
                .agentId("lead")
                .agentType("coder")
                .session("")
                .active(true)
                .counts(true)
                .agents(agents)
                .running(1)
                .depth(2)
                .costNanos(2 * USD)
                .recentNanos(USD)
                .peakNanos(USD)
                .tokens(20_000)
                .firstTokens(10_000)
                .peakTokens(20_000)
                .growingTask(root)
                .expensive(List.of(new TreeStatus.Part(root, "lead", 2 * USD)));
    }

    private void send(TreeStatusBuilder tree) throws Exception {
        second++;
        TreeStatus status = tree.timeMillis(at(second)).build();
        harness.processElement(status, status.timeMillis());
        reach(second);
    }

    private void reach(long end) throws Exception {
        harness.watermark(at(end));
    }

    private void over(TreeStatusBuilder tree) throws Exception {
        send(tree.active(false).over(true));
    }

    /** Makes trees of four to six agents usual. */
    private void learn() throws Exception {
        for (int i = 0; i < 30; i++) {
            over(tree("past-" + i, 4 + i % 3));
        }
    }

    private void change(AlertRuleBuilder rule) throws Exception {
        harness.processBroadcastElement(rule.sinceMillis(at(second)).build(), at(second));
    }

    private List<String> signals() {
        return harness.extractOutputValues().stream()
                .map(s -> s.subject().name() + ' ' + s.kind() + ' ' + s.severity().wireName())
                .toList();
    }

    private Evidence evidence() {
        List<Signal> all = harness.extractOutputValues();
        return all.get(all.size() - 1).evidence();
    }

    private int entries() {
        var operator = (AbstractStreamOperator<?>) harness.getOperator();
        return ((HeapKeyedStateBackend<?>) operator.getKeyedStateBackend())
                .numKeyValueStateEntries();
    }

    @Test
    void aTreeThatIsFarLargerThanUsual_isAWarning_andCriticalAboveTheLimit() throws Exception {
        learn();
        send(tree("r", 19));
        assertThat(signals()).isEmpty();
        send(tree("r", 40));
        assertThat(signals()).containsExactly("r RAISED warning");
        assertThat(evidence().unit()).isEqualTo("agents");
        assertThat(evidence().value()).isEqualTo(40);
        assertThat(evidence().baseline()).isBetween(4.0, 6.0);
        assertThat(evidence().taskIds()).containsExactly("r");
        send(tree("r", 101));
        send(tree("r", 102));
        assertThat(signals()).containsExactly("r RAISED warning", "r WORSENED critical");
        assertThat(evidence().threshold()).isEqualTo(100);
    }

    @Test
    void withoutHistoryOnlyTheLimitsCount() throws Exception {
        send(tree("r", 90));
        assertThat(signals()).isEmpty();
        send(tree("r", 101));
        assertThat(signals()).containsExactly("r WORSENED critical");
        TreeEvidence tree = evidence().tree();
        assertThat(tree.rootTaskId()).isEqualTo("r");
        assertThat(tree.session()).isNull();
        assertThat(tree.usd()).isEqualByComparingTo("2");
        assertThat(tree.figures())
                .extracting(f -> f.name() + ' ' + f.value() + ' ' + f.usual() + ' ' + f.over())
                .containsExactly(
                        "agents 101.0 null true",
                        "depth 2.0 null false",
                        "usd_per_minute 0.2 null false",
                        "tokens_per_call 20000.0 null false");
    }

    @Test
    void eachFigureHasItsLimit() throws Exception {
        send(tree("depth", 2).depth(9));
        assertThat(evidence().unit()).isEqualTo("levels");
        send(tree("spend", 2).recentNanos(25 * USD + 1));
        assertThat(evidence().unit()).isEqualTo("usd");
        assertThat(evidence().windowSeconds()).isEqualTo(300);
        send(tree("tokens", 1).tokens(700_000));
        assertThat(evidence().unit()).isEqualTo("tokens");
        assertThat(signals())
                .containsExactly(
                        "depth WORSENED critical",
                        "spend WORSENED critical",
                        "tokens WORSENED critical");
    }

    @Test
    void aLargeContextThatHasNotGrown_raisesNothing() throws Exception {
        send(tree("r", 1).tokens(700_000).firstTokens(650_000));
        assertThat(signals()).isEmpty();
    }

    @Test
    void aCheapTreeIsNotUnusual_andAnUnknownCostIsNotCheap() throws Exception {
        learn();
        send(tree("cheap", 40).costNanos(USD / 2));
        assertThat(signals()).isEmpty();
        send(tree("unknown", 40).costNanos(0).recentNanos(0).unpriced(7));
        assertThat(signals()).containsExactly("unknown RAISED warning");
        assertThat(evidence().tree().usd()).isNull();
        assertThat(evidence().tree().figures().get(2).value()).isNull();
    }

    @Test
    void theConditionIsOver_whenAllTasksHaveEnded() throws Exception {
        send(tree("r", 101));
        send(tree("r", 101).running(0).active(false));
        assertThat(signals()).containsExactly("r WORSENED critical", "r CLEARED critical");
        over(tree("r", 101));
        assertThat(signals()).hasSize(2);
    }

    @Test
    void theValueIsEmittedEveryHalfMinute() throws Exception {
        for (int i = 0; i < 61; i++) {
            send(tree("r", 101 + i));
        }
        assertThat(signals())
                .containsExactly(
                        "r WORSENED critical", "r MEASURED critical", "r MEASURED critical");
    }

    @Test
    void aCustomRuleHasItsOwnNumbers_andIgnoresOtherTypes() throws Exception {
        change(
                AlertRuleBuilder.builder(RULE)
                        .ruleId("small")
                        .severity(Severity.INFO)
                        .enforce(true)
                        .match(Map.of("agent_type", "coder"))
                        .params(Map.of("max_agents", 10.0)));
        send(tree("r", 11));
        send(tree("s", 11).agentType("other"));
        assertThat(harness.extractOutputValues())
                .extracting(s -> s.key())
                .containsExactly("small|task_line|r");
        assertThat(evidence().tree().enforced()).isTrue();
    }

    @Test
    void aRuleThatWasDisabled_raisesAgain() throws Exception {
        send(tree("r", 101));
        second++;
        change(AlertRuleBuilder.builder(RULE).version(1).enabled(false));
        second++;
        change(AlertRuleBuilder.builder(RULE).version(2));
        send(tree("r", 102));
        assertThat(signals()).containsExactly("r WORSENED critical", "r WORSENED critical");
    }

    @Test
    void theEndOfATree_leavesTreesAloneWhoseNamesEndAlike() throws Exception {
        send(tree("a|x", 101));
        over(tree("x", 2));
        send(tree("a|x", 101).running(0).active(false));
        assertThat(signals()).containsExactly("a|x WORSENED critical", "a|x CLEARED critical");
    }

    @Test
    void theStateOfARuleThatIsGone_isRemovedAfterAWeek() throws Exception {
        AlertRule gone = AlertRuleBuilder.builder(RULE).ruleId("of-a-file").build();
        harness.close();
        harness = newHarness(gone);
        harness.open();
        send(tree("r", 101));
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness(RULE);
        harness.initializeState(state);
        harness.open();
        over(tree("r", 101));
        int before = entries();
        second = 4 * 86_400;
        over(tree("s", 2));
        reach(9 * 86_400);
        assertThat(entries()).isEqualTo(before - 1);
    }

    @Test
    void theBaselineOutlivesARestart_andIsForgottenAfterAWeek() throws Exception {
        learn();
        send(tree("r", 40));
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness(RULE);
        harness.initializeState(state);
        harness.open();
        send(tree("r", 41));
        assertThat(signals()).isEmpty();
        send(tree("t", 40));
        assertThat(signals()).containsExactly("t RAISED warning");
        over(tree("r", 41));
        over(tree("t", 40));

        reach(9 * 86_400);
        assertThat(entries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }
}
