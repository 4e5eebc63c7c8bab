package io.agentanalytics.job.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyBuilder;
import io.agentanalytics.contract.weights.RoutingSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScopePoliciesTest {
    private static ScopePolicies policies(RoutingPolicy... policies) {
        Map<String, RoutingPolicy> byScope = new HashMap<>();
        for (RoutingPolicy policy : policies) {
            byScope.put(policy.scope(), policy);
        }
        return new ScopePolicies(byScope);
    }

    private static RoutingPolicy levels(String... levels) {
        return RoutingPolicyBuilder.builder().scope("global").levels(List.of(levels)).build();
    }

    @Test
    void withoutPolicies_onlyTheGlobalScopeIsDecided_byTheDefaults() {
        ScopePolicies policies = policies();
        assertThat(policies.of("global")).isEqualTo(RoutingSettings.STANDARD);
        assertThat(policies.of("agent_type:worker")).isNull();
        assertThat(policies.decidesType("worker")).isFalse();
        assertThat(policies.ofAgent("ann")).isNull();
    }

    @Test
    void theLevelAgentType_decidesForAllTypes() {
        ScopePolicies policies = policies(levels("agent_type"));
        assertThat(policies.of("agent_type:worker")).isEqualTo(policies.of("global"));
        assertThat(policies.decidesType("worker")).isTrue();
        assertThat(policies(levels("agent")).decidesType("worker")).isFalse();
    }

    @Test
    void aPolicyOfATypeDecidesForThatTypeOnly_andOverridesTheGlobalOne() {
        ScopePolicies policies =
                policies(
                        RoutingPolicyBuilder.builder()
                                .scope("global")
                                .maxShare(.5)
                                .preset("cheap")
                                .build(),
                        RoutingPolicyBuilder.builder()
                                .scope("agent_type:worker")
                                .maxShare(.7)
                                .build());
        assertThat(policies.of("agent_type:worker").maxShare()).isEqualTo(.7);
        assertThat(policies.of("agent_type:worker").prices())
                .as("inherited")
                .isEqualTo(policies.of("global").prices());
        assertThat(policies.of("global").maxShare()).isEqualTo(.5);
        assertThat(policies.decidesType("other")).isFalse();
    }

    @Test
    void exclusionsOfWiderScopesAreInForceInNarrowerOnes() {
        ScopePolicies policies =
                policies(
                        excluding("global", "anthropic"),
                        excluding("agent_type:worker", "groq"),
                        excluding("agent:w1", "openai"));
        RoutingSettings worker = policies.of("agent_type:worker");
        assertThat(worker.excluded()).containsExactly("anthropic", "groq");
        assertThat(worker.with(policies.ofAgent("w1")).excluded())
                .containsExactly("anthropic", "groq", "openai");
    }

    private static RoutingPolicy excluding(String scope, String provider) {
        return RoutingPolicyBuilder.builder().scope(scope).excluded(List.of(provider)).build();
    }

    @Test
    void aPolicyOfAnAgentIsFoundByItsId_alsoIfTheIdHasAColon() {
        RoutingPolicy frozen = RoutingPolicy.of("agent:team:ann").in(RoutingMode.FREEZE);
        ScopePolicies policies = policies(frozen, RoutingPolicy.of("agent_type:bob"));
        assertThat(policies.ofAgent("team:ann")).isEqualTo(frozen);
        assertThat(policies.ofAgent("bob")).as("the policy of a type").isNull();
    }

    @Test
    void settingsStayTheSame_evenForMoreScopesThanAreCached() {
        ScopePolicies policies = policies(levels("agent_type"));
        RoutingSettings first = policies.of("agent_type:0");
        for (int i = 1; i < 3_000; i++) {
            assertThat(policies.of("agent_type:" + i)).isEqualTo(first);
        }
        assertThat(policies.of("agent_type:0")).isEqualTo(first);
    }
}
