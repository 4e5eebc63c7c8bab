package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Routing policy of an operator; topic {@code routing-policy}, keyed by scope; a tombstone deletes
 * it. Omitted fields default to the {@code global} policy, and there to {@link
 * RoutingSettings#STANDARD}. Read by {@link RoutingPolicyCodec}.
 *
 * @param preset {@code cheap}, {@code balanced} or {@code reliable}: prices of failure and time
 * @param failureUsd cost of a failed request beyond its bill, in dollars
 * @param successUsd value of a successful request, in dollars
 * @param secondUsd cost of a second of waiting, in dollars
 * @param pinned fixed shares by provider
 * @param excluded providers that get no traffic
 * @param providers the only providers that may get traffic; all if absent
 * @param maxShare maximum share of a provider while another one is healthy
 * @param mode {@code live}, {@code recommend}, {@code freeze} or {@code clear}
 * @param levels narrower scopes that get decisions even without a policy of their own; only on
 *     {@code global}: {@code agent_type}, and {@code agent} for agents whose tasks fail on a
 *     provider while those of their peers succeed elsewhere
 * @param by operator who made the change
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RecordBuilder
public record RoutingPolicy(
        String scope,
        @Nullable String preset,
        @Nullable Double failureUsd,
        @Nullable Double successUsd,
        @Nullable Double secondUsd,
        @Nullable Map<String, Double> pinned,
        @Nullable List<String> excluded,
        @Nullable List<String> providers,
        @Nullable Double maxShare,
        @Nullable String mode,
        @Nullable List<String> levels,
        @Nullable String by) {

    /** Returns a policy without settings. */
    public static RoutingPolicy of(String scope) {
        return RoutingPolicyBuilder.builder().scope(scope).build();
    }

    /** Returns this policy with other levels. */
    public RoutingPolicy deciding(List<String> other) {
        return RoutingPolicyBuilder.builder(this).levels(other).build();
    }

    /** Returns this policy with other excluded providers. */
    public RoutingPolicy excluding(List<String> other) {
        return RoutingPolicyBuilder.builder(this).excluded(other).build();
    }

    /** Returns this policy with other fixed shares. */
    public RoutingPolicy pinning(Map<String, Double> other) {
        return RoutingPolicyBuilder.builder(this).pinned(other).build();
    }

    /** Returns this policy in another mode. */
    public RoutingPolicy in(RoutingMode other) {
        return RoutingPolicyBuilder.builder(this).mode(other.wireName()).build();
    }

    /** Returns this policy as a change by an operator. */
    public RoutingPolicy signed(String who) {
        return RoutingPolicyBuilder.builder(this).by(who).build();
    }
}
