package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightScope;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of each scope, derived from the routing policies in force. */
final class ScopePolicies {
    private static final int MAX_CACHED = 1_000;

    private final Map<String, RoutingPolicy> policies;
    private final Map<String, RoutingPolicy> agents = new HashMap<>();
    private final RoutingSettings common;

    /** Derived settings, because each request needs those of its scope. */
    private final Map<String, @Nullable RoutingSettings> cached = new HashMap<>();

    /**
     * @param policies policies by scope
     */
    ScopePolicies(Map<String, RoutingPolicy> policies) {
        this.policies = policies;
        this.common = RoutingSettings.STANDARD.with(policies.get(WeightScope.GLOBAL));
        policies.forEach(
                (scope, policy) -> {
                    if (WeightScope.isAgent(scope)) {
                        agents.put(WeightScope.nameOf(scope), policy);
                    }
                });
    }

    /** Returns the settings of a scope; null if no weights are decided for it. */
    @Nullable RoutingSettings of(String scope) {
        if (!cached.containsKey(scope)) {
            if (cached.size() >= MAX_CACHED) {
                cached.clear();
            }
            RoutingPolicy own = policies.get(scope);
            boolean decided =
                    scope.equals(WeightScope.GLOBAL)
                            || own != null
                            || common.levels().contains(WeightScope.AGENT_TYPE_LEVEL);
            cached.put(scope, decided ? common.with(own) : null);
        }
        return cached.get(scope);
    }

    /** Returns the policy of an agent, or null if it has none of its own. */
    @Nullable RoutingPolicy ofAgent(String agentId) {
        return agents.get(agentId);
    }

    /** Returns true if the agents of a type follow weights of their type. */
    boolean decidesType(String agentType) {
        return of(WeightScope.ofAgentType(agentType)) != null;
    }
}
