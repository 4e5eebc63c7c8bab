package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Spend;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.time.ScaledClock;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithNonKeyedOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetDetectorTest {
    private static final long NOON = Instant.parse("2026-11-24T12:00:00Z").toEpochMilli();
    private static final String TEAM =
            "{'rule_id': 'team', 'type': 'cost_threshold', 'match': {'agent_type': 'qa'}, 'params':"
                    + " {'budget_usd': 10}}";

    private KeyedBroadcastOperatorTestHarness<String, Spend, AlertRule, Signal> harness;
    private TwoInputStreamOperatorTestHarness<TallyDelta, AlertRule, Spend> sorter;
    private int seen;
    private int sorted;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        harness.setProcessingTime(NOON);
        sorter =
                new TwoInputStreamOperatorTestHarness<>(
                        new CoBroadcastWithNonKeyedOperator<>(
                                new SpendByBudget(List.of()), List.of(RuledFunction.RULES)));
        sorter.open();
    }

    private static KeyedBroadcastOperatorTestHarness<String, Spend, AlertRule, Signal> newHarness()
            throws Exception {
        return DetectorHarness.of(new BudgetDetector(List.of(), ScaledClock.REAL), Spend::of);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
        sorter.close();
    }

    private void rule(String json, int second) throws Exception {
        AlertRule rule =
                RuleCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                        .since(NOON + second * 1000L);
        sorter.processElement2(new StreamRecord<>(rule));
        harness.processBroadcastElement(rule, 0);
    }

    private void spend(int second, String agentType, double usd) throws Exception {
        long at = NOON + second * 1000L;
        Tally tally = new Tally().add(Figure.REQUEST_COST_PRICED, Math.round(usd * 1e9));
        Scope scope = Scope.cell("agent-1", agentType, "openai", "gpt-5");
        sorter.processElement1(new StreamRecord<>(new TallyDelta(scope, at, tally)));
        List<Spend> all = sorter.extractOutputValues();
        for (; sorted < all.size(); sorted++) {
            harness.processElement(all.get(sorted), at);
        }
    }

    /** Advances event time and the clock. */
    private void reach(int second) throws Exception {
        harness.watermark(NOON + second * 1000L);
        harness.setProcessingTime(NOON + second * 1000L);
    }

    private List<String> newSignals() {
        List<Signal> all = harness.extractOutputValues();
        List<String> newSignals =
                all.subList(seen, all.size()).stream()
                        .filter(s -> s.kind() != SignalKind.MEASURED)
                        .map(
                                s ->
                                        "%s %s %s %s%s"
                                                .formatted(
                                                        s.rule().ruleId(),
                                                        s.subject().name(),
                                                        s.kind(),
                                                        s.severity().wireName(),
                                                        s.clock() ? " by clock" : ""))
                        .toList();
        seen = all.size();
        return newSignals;
    }

    @Test
    void aBudgetWithMatchCountsMatchingSpendOnly() throws Exception {
        rule(TEAM, 0);
        spend(5, "other", 12);
        reach(20);
        assertThat(newSignals()).isEmpty();
        spend(25, "qa", 6);
        reach(40);
        assertThat(newSignals()).containsExactly("team agent_type=qa RAISED info");
        spend(45, "qa", 6);
        reach(60);
        assertThat(newSignals()).containsExactly("team agent_type=qa RAISED critical");
        spend(65, "other", 30);
        reach(80);
        assertThat(newSignals()).containsExactly("cost_threshold fleet RAISED critical");
    }

    @Test
    void aNameThatReadsLikeTwoLabels_isABudgetOfItsOwn() throws Exception {
        rule(TEAM.replace("qa'", "qa, provider=openai'"), 0);
        rule(TEAM.replace("'team'", "'two'").replace("qa'", "qa', 'provider': 'openai'"), 0);
        spend(5, "qa", 6);
        reach(20);
        assertThat(newSignals()).containsExactly("two agent_type=qa, provider=openai RAISED info");
        spend(25, "qa, provider=openai", 6);
        reach(40);
        assertThat(newSignals()).containsExactly("team agent_type=qa, provider=openai RAISED info");
    }

    @Test
    void aRuleMatchesModelAndAgentOfACall() throws Exception {
        rule(TEAM.replace("'agent_type': 'qa'", "'model': 'gpt-5', 'agent_id': 'agent-1'"), 0);
        spend(5, "other", 12);
        reach(20);
        assertThat(newSignals())
                .containsExactly("team agent_id=agent-1, model=gpt-5 RAISED critical");
    }

    @Test
    void aRuleWithAChangedMatchLeavesNothingBehind() throws Exception {
        rule(TEAM, 0);
        spend(5, "qa", 12);
        reach(20);
        assertThat(newSignals()).containsExactly("team agent_type=qa RAISED critical");
        rule(TEAM.replace("'qa'", "'other'"), 30);
        reach(40);
        assertThat(newSignals()).containsExactly("team agent_type=qa CLEARED critical");
        spend(45, "qa", 2);
        spend(55, "other", 4);
        reach(100);
        assertThat(newSignals()).isEmpty();
        // One for the fleet, and one for the match that the rule has now.
        assertThat(harness.numEventTimeTimers()).isEqualTo(2);
    }

    @Test
    void aChangedBudgetTakesEffectWithoutTraffic() throws Exception {
        spend(5, "qa", 77);
        reach(20);
        assertThat(newSignals()).containsExactly("cost_threshold fleet RAISED critical");
        rule("{'rule_id': 'cost_threshold', 'params': {'budget_usd': 120}}", 30);
        harness.setProcessingTime(NOON + 60_000);
        assertThat(newSignals())
                .containsExactly(
                        "cost_threshold fleet CLEARED critical by clock",
                        "cost_threshold fleet RAISED info by clock");
        // Event time continues from before the change; the old budget must not apply again.
        reach(30);
        reach(90);
        assertThat(newSignals()).isEmpty();
    }

    @Test
    void aPeriodEndsByTheClock() throws Exception {
        spend(5, "qa", 77);
        reach(20);
        harness.setProcessingTime(NOON + 12 * 3_600_000 + 20_000);
        assertThat(newSignals())
                .containsExactly(
                        "cost_threshold fleet RAISED critical",
                        "cost_threshold fleet CLEARED critical by clock");
    }

    /** Replayed events are independent of the wall clock. */
    @Test
    void theClockDoesNotAffectAReplay() throws Exception {
        harness.setProcessingTime(NOON + 86_400_000);
        spend(5, "qa", 77);
        harness.watermark(NOON + 20_000);
        harness.setProcessingTime(NOON + 2 * 86_400_000);
        assertThat(newSignals()).containsExactly("cost_threshold fleet RAISED critical");
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void lateSpendCountsInItsPeriod() throws Exception {
        reach(13 * 3600);
        spend(11 * 3600, "qa", 30);
        spend(13 * 3600 + 5, "qa", 1);
        reach(13 * 3600 + 20);
        assertThat(newSignals()).isEmpty();
    }

    /** The source restores event time, which is 20 s after noon. */
    private void restartAt(int second) throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.setProcessingTime(NOON + second * 1000L);
        harness.initializeState(snapshot);
        harness.open();
        harness.watermark(NOON + 20_000);
        seen = 0;
    }

    private static final int MIDNIGHT = 12 * 3600;

    @Test
    void theClockEndsNoPeriod_whileTheEventsOfADowntimeWait() throws Exception {
        spend(5, "qa", 45);
        reach(20);
        assertThat(newSignals()).containsExactly("cost_threshold fleet RAISED warning");
        restartAt(MIDNIGHT + 300);
        harness.setProcessingTime(NOON + (MIDNIGHT + 330) * 1000L);
        assertThat(newSignals()).isEmpty();
        spend(MIDNIGHT - 100, "qa", 10);
        harness.watermark(NOON + (MIDNIGHT - 50) * 1000L);
        assertThat(newSignals()).containsExactly("cost_threshold fleet RAISED critical");
        spend(MIDNIGHT + 301, "qa", 1);
        harness.watermark(NOON + (MIDNIGHT + 310) * 1000L);
        assertThat(newSignals()).containsExactly("cost_threshold fleet CLEARED critical");
    }

    @Test
    void afterARestartWithoutTraffic_theClockIsUsedAgain() throws Exception {
        spend(5, "qa", 77);
        reach(20);
        restartAt(60);
        harness.setProcessingTime(NOON + 70_000);
        harness.setProcessingTime(NOON + (MIDNIGHT + 20) * 1000L);
        assertThat(newSignals()).containsExactly("cost_threshold fleet CLEARED critical by clock");
    }

    @Test
    void theStateSurvivesARestore() throws Exception {
        rule(TEAM, 0);
        spend(5, "qa", 6);
        spend(15, "qa", 6);
        reach(10);
        assertThat(newSignals()).containsExactly("team agent_type=qa RAISED info");
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        seen = 0;
        harness.setProcessingTime(NOON + 11_000);
        reach(20);
        assertThat(newSignals()).containsExactly("team agent_type=qa RAISED critical");
    }
}
