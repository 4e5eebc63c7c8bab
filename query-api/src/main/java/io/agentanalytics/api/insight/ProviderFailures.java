package io.agentanalytics.api.insight;

/** Number of requests to a provider, and number of failures that the provider caused. */
public record ProviderFailures(String provider, long requests, long failed) {}
