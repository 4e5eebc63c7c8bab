package io.agentanalytics.api.insight;

import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.contract.weights.WeightScope;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Current condition of the providers. Insights are based on hours or days; a provider that did well
 * in that time may be failing now.
 *
 * @param decisions valid weight decisions, by scope
 * @param alerted providers with an open alert
 */
public record Present(Map<String, WeightDecision> decisions, Set<String> alerted) {
    private static final double LITTLE = 0.1;
    private static final int MIN_CALLS = 20;
    private static final double FAILING = 0.05;

    /** Returns true if no traffic should be moved to a provider now. */
    boolean isAgainst(String agentType, @Nullable String agentId, String provider) {
        if (alerted.contains(provider)) {
            return true;
        }
        Standing global = standing(WeightScope.GLOBAL, provider);
        Standing ofType = standing(WeightScope.ofAgentType(agentType), provider);
        Standing ofAgent =
                agentId == null ? null : standing(WeightScope.ofAgent(agentId), provider);
        return isTrouble(ofAgent == null ? ofType == null ? global : ofType : ofAgent)
                || isFailing(global);
    }

    /** Returns true if a provider is known to be healthy now, regardless of its past results. */
    boolean isWell(String provider) {
        Standing standing = standing(WeightScope.GLOBAL, provider);
        return standing != null
                && standing.recent() != null
                && standing.recent().calls() >= MIN_CALLS
                && !isTrouble(standing)
                && !isFailing(standing)
                && !alerted.contains(provider);
    }

    private @Nullable Standing standing(String scope, String provider) {
        WeightDecision decision = decisions.get(scope);
        return decision == null ? null : decision.providers().get(provider);
    }

    private static boolean isTrouble(@Nullable Standing standing) {
        return standing != null
                && (standing.state().isFailing()
                        || standing.state() == ProviderCondition.EXCLUDED
                        || standing.worseThanUsual()
                        || (standing.state() == ProviderCondition.CAPPED
                                && standing.limit() < LITTLE));
    }

    private static boolean isFailing(@Nullable Standing standing) {
        WeightDecision.Recent recent = standing == null ? null : standing.recent();
        return recent != null
                && recent.calls() >= MIN_CALLS
                && Interval.ofShare(recent.failed() + recent.refused(), recent.calls()).low()
                        > FAILING;
    }
}
