package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision;
import org.jspecify.annotations.Nullable;

/** What routers are to know of a scope; null if there are no weights of it any more. */
public record WeightRecord(String scope, @Nullable WeightDecision decision) {}
