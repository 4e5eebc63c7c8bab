package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.StandingBuilder;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.contract.weights.WeightDecisionBuilder;
import io.agentanalytics.job.time.ScaledClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WeightDetectorsTest {
    private static final long BEGINNING = 1_795_000_000_000L;
    private KeyedBroadcastOperatorTestHarness<String, WeightDecision, AlertRule, Signal> harness;
    private int now;
    private int seen;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        harness.setProcessingTime(BEGINNING);
    }

    private static KeyedBroadcastOperatorTestHarness<String, WeightDecision, AlertRule, Signal>
            newHarness() throws Exception {
        return new KeyedBroadcastOperatorTestHarness<>(
                new CoBroadcastWithKeyedOperator<>(
                        new WeightDetectors(List.of(), ScaledClock.REAL),
                        List.of(RuledFunction.RULES)),
                WeightDecision::scope,
                Types.STRING,
                1,
                1,
                0);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void pass(int seconds) throws Exception {
        now += seconds;
        harness.setProcessingTime(BEGINNING + now * 1000L);
    }

    /** The first provider is open from the beginning. */
    private void decide(RoutingMode mode, double stillAsked, double weightOfOther)
            throws Exception {
        decide(
                mode,
                weightOfOther,
                Map.of(
                        "sick",
                        standing(ProviderCondition.OPEN, stillAsked),
                        "well",
                        standing(ProviderCondition.CLOSED, 5)));
    }

    private void decide(RoutingMode mode, double weightOfOther, Map<String, Standing> providers)
            throws Exception {
        Instant at = Instant.ofEpochMilli(BEGINNING + now * 1000L);
        harness.processElement(
                WeightDecisionBuilder.builder()
                        .scope("global")
                        .version(now)
                        .producedAt(at)
                        .validUntil(at.plusSeconds(60))
                        .mode(mode)
                        .prices(new RequestPrices(.1, .05, .001))
                        .weights(Map.of("sick", 1 - weightOfOther, "well", weightOfOther))
                        .providers(providers)
                        .build(),
                0);
    }

    private static Standing standing(ProviderCondition state, double perSecond) {
        Instant since = Instant.ofEpochMilli(BEGINNING);
        return StandingBuilder.builder()
                .state(state)
                .since(since)
                .requestsPerSecond(perSecond)
                .n(10)
                .success(.5)
                .latencyMs(1000)
                .costUsd(.01)
                .costPerSuccessUsd(.02)
                .valueUsd(.05)
                .uncertaintyUsd(.01)
                .limit(1)
                .reason("because")
                .build();
    }

    private List<String> newSignals() {
        List<Signal> all = harness.extractOutputValues();
        List<String> newSignals =
                all.subList(seen, all.size()).stream()
                        .filter(s -> s.kind() != SignalKind.MEASURED)
                        .map(s -> s.kind() + " " + s.rule().type() + " " + s.subject().name())
                        .toList();
        assertThat(all).allMatch(Signal::clock);
        seen = all.size();
        return newSignals;
    }

    @Test
    void aMinuteWithoutDecisions_isRaised_andClearedByTheNext() throws Exception {
        decide(RoutingMode.LIVE, 0, 1);
        pass(5);
        decide(RoutingMode.LIVE, 0, 1);
        pass(55);
        assertThat(newSignals()).isEmpty();
        pass(20);
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.WEIGHTS_STALE + " fleet");
        pass(60);
        assertThat(newSignals()).as("once").isEmpty();
        decide(RoutingMode.LIVE, 0, 1);
        assertThat(newSignals()).containsExactly("CLEARED " + AlertType.WEIGHTS_STALE + " fleet");
    }

    private void restartAfter(int seconds) throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 0);
        harness.close();
        seen = 0;
        now += seconds;
        harness = newHarness();
        harness.setProcessingTime(BEGINNING + now * 1000L);
        harness.initializeState(snapshot);
        harness.open();
        pass(1); // timers that were due fire
    }

    @Test
    void aGapWhileTheJobWasStopped_isNotRaised() throws Exception {
        decide(RoutingMode.LIVE, 0, 1);
        restartAfter(300);
        pass(15);
        decide(RoutingMode.LIVE, 0, 1);
        assertThat(newSignals()).isEmpty();
    }

    @Test
    void aRestoredJobWithoutDecisions_raisesTheWholeGap_andKeepsAnOpenAlert() throws Exception {
        decide(RoutingMode.LIVE, 0, 1);
        restartAfter(300);
        pass(50);
        assertThat(newSignals()).isEmpty();
        pass(25);
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.WEIGHTS_STALE + " fleet");
        assertThat(harness.extractOutputValues().get(0).evidence().value()).isGreaterThan(360);
        restartAfter(100);
        pass(15);
        assertThat(newSignals()).as("neither cleared nor raised again").isEmpty();
        decide(RoutingMode.LIVE, 0, 1);
        assertThat(newSignals()).containsExactly("CLEARED " + AlertType.WEIGHTS_STALE + " fleet");
    }

    @Test
    void trafficThatStaysAtADrainedProvider_isAFailedFailover() throws Exception {
        decide(RoutingMode.LIVE, 4, 1);
        pass(55);
        decide(RoutingMode.LIVE, 4, 1);
        assertThat(newSignals()).as("not a minute yet").isEmpty();
        pass(5);
        decide(RoutingMode.LIVE, 4, 1);
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.FAILED_FAILOVER + " sick");
        pass(5);
        decide(RoutingMode.LIVE, .1, 1);
        assertThat(newSignals()).containsExactly("CLEARED " + AlertType.FAILED_FAILOVER + " sick");
    }

    /** A third of the agents follow no weights: their share is near the limit. */
    @Test
    void aShareNearTheLimitDoesNotToggleTheAlert() throws Exception {
        decide(RoutingMode.LIVE, .56, 1);
        for (int i = 0; i < 100; i++) {
            pass(25);
            decide(RoutingMode.LIVE, i % 2 == 0 ? .56 : .54, 1);
        }
        assertThat(newSignals()).as("34 of 334 requests: 10 %, not significant").isEmpty();
        decide(RoutingMode.LIVE, 2, 1);
        for (int i = 0; i < 100; i++) {
            pass(25);
            decide(RoutingMode.LIVE, i % 2 == 0 ? .8 : .4, 1);
        }
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.FAILED_FAILOVER + " sick");
        pass(5);
        decide(RoutingMode.LIVE, .2, 1);
        assertThat(newSignals()).containsExactly("CLEARED " + AlertType.FAILED_FAILOVER + " sick");
    }

    /** Entries besides the time of the newest decision. */
    private int entries() {
        return DetectorHarness.keyedStateEntries(harness) - 1;
    }

    @Test
    void aProviderThatRecovers_leavesNoState() throws Exception {
        decide(RoutingMode.LIVE, 0, 1);
        pass(80);
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.WEIGHTS_STALE + " fleet");
        decide(RoutingMode.LIVE, 4, 1);
        assertThat(newSignals())
                .containsExactlyInAnyOrder(
                        "CLEARED " + AlertType.WEIGHTS_STALE + " fleet",
                        "RAISED " + AlertType.FAILED_FAILOVER + " sick");
        assertThat(entries()).isEqualTo(2);
        pass(5);
        Standing closed = standing(ProviderCondition.CLOSED, 5);
        decide(RoutingMode.LIVE, .5, Map.of("sick", closed, "well", closed));
        assertThat(newSignals()).containsExactly("CLEARED " + AlertType.FAILED_FAILOVER + " sick");
        assertThat(entries()).isZero();
    }

    @Test
    void aProviderThatIsForgotten_isCleared_andLeavesNoState() throws Exception {
        decide(RoutingMode.LIVE, 4, 1);
        pass(30);
        decide(RoutingMode.LIVE, 4, 1);
        pass(35);
        decide(RoutingMode.LIVE, 4, 1);
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.FAILED_FAILOVER + " sick");
        pass(5);
        decide(RoutingMode.LIVE, 1, Map.of("well", standing(ProviderCondition.CLOSED, 5)));
        assertThat(newSignals()).containsExactly("CLEARED " + AlertType.FAILED_FAILOVER + " sick");
        assertThat(entries()).isZero();
    }

    @Test
    void fewRequestsAreNoFailedFailover() throws Exception {
        decide(RoutingMode.LIVE, .3, 1);
        pass(30);
        decide(RoutingMode.LIVE, .3, 1);
        pass(35);
        decide(RoutingMode.LIVE, .3, 1);
        assertThat(newSignals()).isEmpty();
    }

    @Test
    void anOpenAlertIsMeasured() throws Exception {
        decide(RoutingMode.LIVE, 4, 1);
        pass(65);
        decide(RoutingMode.LIVE, 4, 1);
        pass(30);
        decide(RoutingMode.LIVE, 3, 1);
        List<Signal> all = harness.extractOutputValues();
        Signal last = all.get(all.size() - 1);
        assertThat(last.kind()).isEqualTo(SignalKind.MEASURED);
        assertThat(last.evidence().value()).isEqualTo(3 / 8.0);
    }

    @Test
    void withoutAnAlternative_orInRecommendMode_nothingIsRaised() throws Exception {
        decide(RoutingMode.LIVE, 4, 0);
        pass(60);
        decide(RoutingMode.LIVE, 4, 0);
        decide(RoutingMode.RECOMMEND, 4, 1);
        pass(60);
        decide(RoutingMode.RECOMMEND, 4, 1);
        assertThat(newSignals()).isEmpty();
    }

    @Test
    void afterTheClockWasSetBack_missingDecisionsAreStillDetected() throws Exception {
        decide(RoutingMode.LIVE, 0, 1);
        pass(5);
        now -= 600;
        pass(0);
        decide(RoutingMode.LIVE, 0, 1);
        pass(80);
        assertThat(newSignals()).containsExactly("RAISED " + AlertType.WEIGHTS_STALE + " fleet");
    }

    @Test
    void afterTheClockWasSetBack_aFailedFailoverIsDetectedAMinuteLater() throws Exception {
        decide(RoutingMode.LIVE, 4, 1);
        now -= 600;
        pass(0);
        decide(RoutingMode.LIVE, 4, 1);
        pass(60);
        decide(RoutingMode.LIVE, 4, 1);
        assertThat(newSignals()).contains("RAISED " + AlertType.FAILED_FAILOVER + " sick");
    }
}
