package io.agentanalytics.job.weights;

import io.agentanalytics.job.model.ProviderRequest;

/** A request as one of the scopes that it matters to gets it. */
public record ScopedRequest(String scope, ProviderRequest request) {}
