package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.StandingBuilder;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightRulesTest {
    private static final long BEGINNING = 1_795_000_000_000L;
    private static final String STALE = AlertType.WEIGHTS_STALE.wireName();
    private static final String FAILOVER = AlertType.FAILED_FAILOVER.wireName();

    private final Map<String, Long> drained = new HashMap<>();
    private final Map<WeightDetectors.Raised, Long> raised = new HashMap<>();
    private final List<Signal> signals = new ArrayList<>();
    private Map<String, List<AlertRule>> changes = Map.of();

    private WeightRules at(long seconds) {
        long now = BEGINNING + seconds * 1000;
        return new WeightRules(new RuleHistory(changes), drained, raised, now, signals::add);
    }

    private void evaluateAge(long seconds, long last) {
        at(seconds).evaluateAge(BEGINNING + last * 1000, Long.MIN_VALUE);
    }

    private void decide(long seconds, RoutingMode mode, Map<String, Standing> providers) {
        Instant now = Instant.ofEpochMilli(BEGINNING + seconds * 1000);
        WeightDecision decision =
                WeightDecisionBuilder.builder()
                        .scope("global")
                        .version(seconds)
                        .producedAt(now)
                        .validUntil(now.plusSeconds(60))
                        .mode(mode)
                        .prices(new RequestPrices(.1, .05, .001))
                        .weights(Map.of("well", 1.0))
                        .providers(providers)
                        .build();
        at(seconds).apply(decision, null, Long.MIN_VALUE);
    }

    private void decide(long seconds, double sick) {
        decide(seconds, RoutingMode.LIVE, both(sick));
    }

    private static Map<String, Standing> both(double sick) {
        return Map.of(
                "sick", standing(ProviderCondition.OPEN, sick),
                "well", standing(ProviderCondition.CLOSED, 5));
    }

    private static Standing standing(ProviderCondition state, double perSecond) {
        return StandingBuilder.builder()
                .state(state)
                .since(Instant.ofEpochMilli(BEGINNING))
                .requestsPerSecond(perSecond)
                .reason("because")
                .build();
    }

    private List<String> signals() {
        List<String> all =
                signals.stream()
                        .map(s -> s.kind() + " " + s.rule().ruleId() + " " + s.subject().name())
                        .toList();
        assertThat(signals).allMatch(Signal::clock);
        signals.clear();
        return all;
    }

    @Test
    void oldWeightsAreRaisedOnce_thenMeasuredTwiceAMinute_andClearedByTheNextDecision() {
        evaluateAge(60, 0);
        assertThat(signals()).as("at the limit").isEmpty();
        evaluateAge(70, 0);
        evaluateAge(80, 0);
        assertThat(signals()).containsExactly("RAISED " + STALE + " fleet");
        evaluateAge(100, 0);
        assertThat(signals.get(0).evidence().value()).isEqualTo(100);
        assertThat(signals()).containsExactly("MEASURED " + STALE + " fleet");
        decide(105, 0);
        assertThat(signals()).containsExactly("CLEARED " + STALE + " fleet");
        assertThat(raised).isEmpty();
    }

    @Test
    void aDecisionAfterALongGap_raisesAndClears() {
        WeightDecision decision =
                WeightDecisionBuilder.builder()
                        .mode(RoutingMode.LIVE)
                        .weights(Map.of())
                        .providers(Map.of())
                        .build();
        at(300).apply(decision, BEGINNING, Long.MIN_VALUE);
        assertThat(signals())
                .containsExactly("RAISED " + STALE + " fleet", "CLEARED " + STALE + " fleet");
    }

    @Test
    void trafficToADrainedProviderIsRaised_whenTheProviderWasDrainedForAMinute() {
        decide(0, 4);
        decide(59, 4);
        assertThat(signals()).isEmpty();
        decide(60, 4);
        assertThat(signals()).containsExactly("RAISED " + FAILOVER + " sick");
        decide(65, 0);
        assertThat(signals()).containsExactly("CLEARED " + FAILOVER + " sick");
    }

    @Test
    void aRaisedAlertStays_untilTheShareIsBelowTheLowerLimit() {
        decide(0, 4);
        decide(60, 4);
        signals.clear();
        decide(65, .4); // 7 %: too little to raise, too much to clear
        assertThat(signals()).isEmpty();
        decide(70, .2);
        assertThat(signals()).containsExactly("CLEARED " + FAILOVER + " sick");
        decide(45, .4);
        assertThat(signals()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            names = {"RECOMMEND", "CLEAR", "FREEZE"},
            value = RoutingMode.class)
    void weightsThatRoutersShouldNotFollow_raiseNothing(RoutingMode mode) {
        decide(0, mode, both(4));
        decide(60, mode, both(4));
        assertThat(signals()).isEmpty();
    }

    @Test
    void withoutAnotherProviderThereIsNoFailover() {
        Map<String, Standing> alone = Map.of("sick", standing(ProviderCondition.OPEN, 4));
        decide(0, RoutingMode.LIVE, alone);
        decide(60, RoutingMode.LIVE, alone);
        assertThat(signals()).isEmpty();
    }

    @Test
    void aProviderIsDrained_sinceTheFirstDecisionWithoutTraffic_untilItRecoversOrIsGone() {
        decide(0, 4);
        decide(30, RoutingMode.LIVE, Map.of("sick", standing(ProviderCondition.HALF_OPEN, 1)));
        assertThat(drained)
                .as("a probe is no recovery")
                .containsExactly(Map.entry("sick", BEGINNING));
        decide(35, RoutingMode.LIVE, Map.of("sick", standing(ProviderCondition.CLOSED, 1)));
        assertThat(drained).isEmpty();
        decide(40, 4);
        assertThat(drained).containsOnlyKeys("sick");
        decide(45, RoutingMode.LIVE, Map.of("well", standing(ProviderCondition.CLOSED, 1)));
        assertThat(drained).isEmpty();
    }

    @Test
    void aRuleThatWasDisabledStartsAgainWithoutState() {
        decide(0, 4);
        decide(60, 4);
        signals.clear();
        AlertRule standard = AlertRule.standard(AlertType.FAILED_FAILOVER);
        AlertRule off =
                AlertRuleBuilder.builder(standard)
                        .enabled(false)
                        .version(1)
                        .sinceMillis(BEGINNING + 61_000)
                        .build();
        changes = Map.of(off.ruleId(), List.of(off));
        decide(65, 4);
        assertThat(raised).isEmpty();
        assertThat(signals()).as("the lifecycle ends alerts of disabled rules").isEmpty();
        AlertRule on = AlertRuleBuilder.builder(standard).version(2).build();
        changes = Map.of(on.ruleId(), List.of(off, on.since(BEGINNING + 66_000)));
        decide(70, 4);
        assertThat(signals()).containsExactly("RAISED " + FAILOVER + " sick");
    }

    @Test
    void aRuleForOneProviderIgnoresTheOthers() {
        AlertRule rule =
                AlertRuleBuilder.builder(AlertRule.standard(AlertType.FAILED_FAILOVER))
                        .match(Map.of("provider", "well"))
                        .version(1)
                        .build();
        changes = Map.of(rule.ruleId(), List.of(rule.since(BEGINNING)));
        decide(0, 4);
        decide(60, 4);
        assertThat(signals()).isEmpty();
    }
}
