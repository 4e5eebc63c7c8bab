package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;

/**
 * A provider's part of a decision that changed something.
 *
 * @param before its share until then
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
