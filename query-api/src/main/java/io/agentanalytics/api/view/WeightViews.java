package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.agentanalytics.contract.weights.RequestPrices;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;

/** Provider weights as the API shows them. */
public final class WeightViews {
    private WeightViews() {}

    /**
     * A provider's share, why it has it, and how it came to it.
     *
     * @param usualWeight its mean share over the range
     * @param series its share at the end of each step in which it changed, the first at the range's
     *     beginning
     */
    public record ProviderWeightView(
            String provider,
            double weight,
            double usualWeight,
            @JsonUnwrapped WeightDecision.Standing standing,
            List<WeightPoint> series) {}

    public record WeightPoint(Instant at, double weight) {}

    /** A change of one provider's share. */
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
     * The newest decision for a scope.
     *
     * @param expired whether routers no longer go by it
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
