package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/**
 * One provider's part of a decision that changed a share or a state.
 *
 * @param at time of the decision, or just after the last change if the clock was set back
 * @param before share of the provider before the decision
 */
@RecordBuilder
public record WeightChange(
        Instant at,
        String scope,
        String provider,
        long version,
        RoutingMode mode,
        double weight,
        double before,
        WeightDecision.Standing standing) {}
