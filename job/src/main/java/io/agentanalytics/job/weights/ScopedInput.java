package io.agentanalytics.job.weights;

import io.agentanalytics.job.model.ProviderRequest;
import org.jspecify.annotations.Nullable;

/** A request, or where an agent is to be moved, as one of the scopes it matters to gets it. */
public record ScopedInput(String scope, @Nullable ProviderRequest request, @Nullable AgentMove move) {}
