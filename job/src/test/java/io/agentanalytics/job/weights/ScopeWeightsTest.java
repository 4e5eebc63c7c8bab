package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyBuilder;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.NameLimit;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.RequestOutcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopeWeightsTest {
    private final ScopeState state = new ScopeState();
    private final WeightPublisher publisher = new WeightPublisher();
    private final Map<String, RoutingPolicy> policies = new HashMap<>();
    private final List<WeightDecision> decisions = new ArrayList<>();
    private final List<WeightRecord> records = new ArrayList<>();
    private final WeightPublisher.Output out =
            new WeightPublisher.Output() {
                @Override
                public void decided(WeightDecision decision) {
                    decisions.add(decision);
                }

                @Override
                public void changed(WeightChange change) {}

                @Override
                public void emit(WeightRecord record) {
                    records.add(record);
                }
            };
    private final List<NameLimit> beyondLimit = new ArrayList<>();
    private String scope = "global";
    private double now;

    private ScopeWeights weights() {
        return new ScopeWeights(
                scope,
                state,
                new ScopePolicies(policies),
                publisher,
                beyondLimit::add,
                Requests.at(now));
    }

    private void set(RoutingPolicy policy) {
        policies.put(policy.scope(), policy);
    }

    private void allow(String... levels) {
        set(RoutingPolicy.of("global").deciding(List.of(levels)));
    }

    private static ProviderRequest request(String provider, double at, RequestOutcome outcome) {
        return Requests.ended(provider, "task " + at, at, outcome, 1, .01);
    }

    /** Applies successful requests and ticks for a minute. */
    private void minute() {
        for (int i = 0; i < 60; i++) {
            for (String provider : List.of("a", "b")) {
                for (int k = 0; k < 4; k++) {
                    weights().apply(request(provider, now + k * .01, RequestOutcome.OK), out);
                }
            }
            now++;
            if (now % 5 == 0) {
                assertThat(weights().tick(out)).isTrue();
            }
        }
    }

    private void move(String agent, String... avoided) {
        Map<String, AgentMove.Avoided> all = new HashMap<>();
        for (String provider : avoided) {
            all.put(provider, new AgentMove.Avoided(Requests.at(now), "fails here"));
        }
        weights().apply(new AgentMove(agent, "worker", all));
    }

    private WeightDecision newest(String ofScope) {
        return decisions.stream()
                .filter(decision -> decision.scope().equals(ofScope))
                .reduce((before, next) -> next)
                .orElse(null);
    }

    @Test
    void requestsOfTooManyProviders_areCounted_currentOnesAndPastOnes() {
        for (int i = 0; i < 50; i++) {
            weights().apply(request("provider " + i, now, RequestOutcome.OK), out);
        }
        assertThat(beyondLimit).isEmpty();
        weights().apply(request("another", now, RequestOutcome.OK), out);
        weights().apply(request("another", now - 1000, RequestOutcome.OK), out);
        assertThat(beyondLimit)
                .containsExactly(NameLimit.WEIGHT_PROVIDERS, NameLimit.WEIGHT_PROVIDERS);
        assertThat(state.policy.providers).hasSize(50);
    }

    @Test
    void ticksAreFiveSecondsApart() {
        assertThat(ScopeWeights.nextTick(10_000)).isEqualTo(15_000);
        assertThat(ScopeWeights.nextTick(14_999)).isEqualTo(15_000);
    }

    @Test
    void nothingIsPublishedBeforeTheFirstRequest() {
        assertThat(weights().tick(out)).isTrue();
        assertThat(decisions).isEmpty();
    }

    @Test
    void aFailingProviderIsDecidedBeforeTheTick() {
        minute();
        int before = decisions.size();
        for (int i = 0; i < 12; i++) {
            weights().apply(request("a", now, RequestOutcome.PROVIDER_ERROR), out);
        }
        assertThat(decisions).hasSizeGreaterThan(before);
        assertThat(newest("global").weights().get("a")).isLessThan(.05);
    }

    @Test
    void requestsOfABacklogDoNotMoveWeights_andVeryOldOnesAreIgnored() {
        minute();
        double before = newest("global").weights().get("a");
        for (int i = 0; i < 200; i++) {
            weights().apply(request("a", now - 600, RequestOutcome.PROVIDER_ERROR), out);
        }
        weights().tick(out);
        assertThat(newest("global").weights().get("a")).isCloseTo(before, within(.1));
        long clock = Requests.at(now);
        ProviderRequest twoHours = request("a", now - 7_200, RequestOutcome.OK);
        ProviderRequest older = request("a", now - 7_200.001, RequestOutcome.OK);
        assertThat(ScopeWeights.isTooOld(twoHours, clock)).isFalse();
        assertThat(ScopeWeights.isTooOld(older, clock)).isTrue();
    }

    @Test
    void aMoveNeedsTheLevelAgent_andAProviderToAvoid() {
        minute();
        move("ann", "a");
        assertThat(state.agents).as("not allowed").isEmpty();
        allow("agent");
        move("bob");
        assertThat(state.agents).as("nothing to avoid").isEmpty();
        move("ann", "a");
        weights().tick(out);
        assertThat(newest("agent:ann").weights().get("a")).isZero();
        assertThat(newest("agent:ann").version()).isGreaterThan(decisions.get(0).version());
    }

    @Test
    void anAgentWithoutAvoidedProviders_followsTheScope() {
        allow("agent");
        minute();
        move("ann", "a");
        weights().tick(out);
        move("ann");
        weights().tick(out);
        assertThat(records).contains(new WeightRecord("agent:ann", null));
        assertThat(state.agents).isEmpty();
    }

    @Test
    void agentsAreBounded() {
        allow("agent");
        minute();
        for (int i = 0; i < ScopeWeights.MAX_AGENTS + 10; i++) {
            move("agent " + i, "a");
        }
        assertThat(state.agents).hasSize(ScopeWeights.MAX_AGENTS);
    }

    @Test
    void anAgentWithItsOwnPolicyGetsWeightsFromItsFirstRequest() {
        set(RoutingPolicyBuilder.builder().scope("agent:agent").pinned(Map.of("b", .25)).build());
        minute();
        assertThat(newest("agent:agent").weights().get("b")).isEqualTo(.25);
        assertThat(state.agents.get("agent").agentType).isEqualTo("worker");
        set(policies.get("agent:agent").in(RoutingMode.CLEAR));
        weights().tick(out);
        assertThat(records).contains(new WeightRecord("agent:agent", null));
        assertThat(records).doesNotContain(new WeightRecord("global", null));
        policies.clear();
        weights().tick(out);
        assertThat(state.agents).isEmpty();
    }

    @Test
    void anAgentIsForgottenAfterAnHourOfSilence() {
        allow("agent");
        minute();
        move("ann", "a");
        weights().tick(out);
        now += 3_600;
        weights().tick(out);
        assertThat(state.agents).containsOnlyKeys("ann");
        now += .001;
        weights().tick(out);
        assertThat(state.agents).isEmpty();
    }

    @Test
    void agentsAreDecidedByTheirType_notByTheGlobalScope() {
        allow("agent", "agent_type");
        minute();
        move("ann", "a");
        weights().tick(out);
        assertThat(newest("agent:ann")).isNull();
        scope = "agent_type:worker";
        move("ann", "a");
        weights().tick(out);
        assertThat(newest("agent:ann")).isNotNull();
    }

    @Test
    void whileFrozen_agentsKeepTheirWeights_andNewOnesGetNone() {
        allow("agent");
        minute();
        move("ann", "a");
        weights().tick(out);
        set(policies.get("global").in(RoutingMode.FREEZE));
        move("ann");
        move("bob", "a");
        weights().tick(out);
        assertThat(newest("agent:ann").weights().get("a")).isZero();
        assertThat(newest("agent:ann").mode()).isEqualTo(RoutingMode.FREEZE);
        assertThat(newest("agent:bob")).isNull();
    }

    @Test
    void aScopeEndsAfterAnHourOfSilence_butNotTheGlobalOne() {
        allow("agent_type", "agent");
        scope = "agent_type:worker";
        minute();
        move("ann", "a");
        weights().tick(out);
        now += 3_600;
        assertThat(weights().tick(out)).isFalse();
        assertThat(records)
                .endsWith(new WeightRecord(scope, null), new WeightRecord("agent:ann", null));
        scope = "global";
        assertThat(weights().tick(out)).isTrue();
    }

    @Test
    void aScopeEndsWhenNoPolicySelectsIt() {
        scope = "agent_type:worker";
        set(RoutingPolicy.of(scope));
        minute();
        policies.clear();
        int before = decisions.size();
        weights().apply(request("a", now, RequestOutcome.OK), out);
        assertThat(weights().tick(out)).isFalse();
        assertThat(decisions).hasSize(before);
        assertThat(records).endsWith(new WeightRecord(scope, null));
    }
}
