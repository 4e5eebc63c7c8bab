package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.WeightDecision;
import org.jspecify.annotations.Nullable;

/** Weights of a scope for routers; a null decision withdraws them. */
public record WeightRecord(String scope, @Nullable WeightDecision decision) {}
