package io.agentanalytics.job.weights;

import io.agentanalytics.job.model.ProviderRequest;
import org.jspecify.annotations.Nullable;

/** A request or an agent move, addressed to one of its scopes. */
public record ScopedInput(
        String scope, @Nullable ProviderRequest request, @Nullable AgentMove move) {}
