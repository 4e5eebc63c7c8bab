package io.agentanalytics.job.model;

import io.agentanalytics.contract.weights.RoutingPolicy;
import org.jspecify.annotations.Nullable;

/** Current routing policy of a scope; null if it was deleted. */
public record PolicyChange(String scope, @Nullable RoutingPolicy policy) {}
