package io.agentanalytics.job.model;

import io.agentanalytics.contract.weights.RoutingPolicy;
import org.jspecify.annotations.Nullable;

/** A scope's routing policy as of now; null if it was taken back. */
public record PolicyChange(String scope, @Nullable RoutingPolicy policy) {}
