package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Provider weights in API responses. */
public final class WeightViews {
    private WeightViews() {}

    /**
     * Share of a provider, with its reason and its history.
     *
     * @param usualWeight mean share over the range
     * @param waitingUsd part of the cost per success: waiting for it
     * @param failuresUsd part of the cost per success: failures before it; the third part is the
     *     bill
     * @param series share at the end of each step in which it changed; the first point is at the
     *     start of the range
     */
    @RecordBuilder
    public record ProviderWeightView(
            String provider,
            double weight,
            double usualWeight,
            double waitingUsd,
            double failuresUsd,
            @JsonUnwrapped WeightDecision.Standing standing,
            List<WeightPoint> series) {}

    public record WeightPoint(Instant at, double weight) {}

    /** Change in the share of a provider. */
    @RecordBuilder
    public record WeightChangeView(
            Instant at,
            String provider,
            long version,
            String mode,
            double weight,
            double weightBefore,
            String state,
            String reason) {}

    /**
     * Decision as a router follows it: without the reasons.
     *
     * @param weights shares by provider; empty if the mode says that routers have none
     * @param unnamed share of a provider that the weights do not name
     */
    public record RouterWeights(
            String scope,
            long version,
            RoutingMode mode,
            Instant producedAt,
            Instant validUntil,
            Map<String, Double> weights,
            double unnamed) {}

    /** Answer to a router. */
    public record RouterWeightsView(@JsonUnwrapped RouterWeights decided, boolean expired) {}

    /**
     * Latest decision for a scope.
     *
     * @param expired true if routers no longer follow the decision
     */
    @RecordBuilder
    public record ScopeWeightsView(
            String scope,
            long version,
            Instant producedAt,
            Instant validUntil,
            boolean expired,
            RoutingMode mode,
            RequestPrices prices,
            List<ProviderWeightView> providers,
            List<WeightChangeView> changes) {}
}
