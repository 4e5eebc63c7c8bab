package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision;
import java.time.Instant;

/**
 * A provider's part of a decision that changed something.
 *
 * @param before its share until then
 */
public record WeightChange(
        Instant at,
        String scope,
        String provider,
        long version,
        String mode,
        double weight,
        double before,
        WeightDecision.Standing standing) {}
