package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an operator wants traffic to be shared; topic {@code routing-policy}, keyed by scope, a
 * tombstone takes it back. What is left out is as for {@code global}, and there as in {@link
 * RoutingSettings#STANDARD}. Read by {@link RoutingPolicyCodec}.
 *
 * @param preset {@code cheap}, {@code balanced} or {@code reliable}: prices of failure and time
 * @param failureUsd what a failed request costs beyond its bill, in dollars
 * @param successUsd what a request that succeeds is worth, in dollars
 * @param secondUsd what a second of waiting costs, in dollars
 * @param pinned shares of providers that nothing changes
 * @param excluded providers that get nothing
 * @param providers the only providers that may get something; all if absent
 * @param maxShare the most that one provider may get while another is well
 * @param mode {@code live}, {@code recommend}, {@code freeze} or {@code clear}
 * @param levels on {@code global}: which narrower scopes are decided for without a policy of their
 *     own: {@code agent_type}, and {@code agent} for agents whose tasks fail where those of their
 *     peers succeed elsewhere
 * @param by who changed it
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

    /** A policy that says nothing of its own. */
    public static RoutingPolicy of(String scope) {
        return RoutingPolicyBuilder.builder().scope(scope).build();
    }

    /** The same with other levels. */
    public RoutingPolicy deciding(List<String> other, String who) {
        return RoutingPolicyBuilder.builder(this).levels(other).by(who).build();
    }

    /** The same in another mode. */
    public RoutingPolicy in(RoutingMode other, String who) {
        return RoutingPolicyBuilder.builder(this).mode(other.wireName()).by(who).build();
    }
}
