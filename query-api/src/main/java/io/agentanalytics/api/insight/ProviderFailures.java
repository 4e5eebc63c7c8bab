package io.agentanalytics.api.insight;

/** A provider's requests, and how many failed by its own doing. */
public record ProviderFailures(String provider, long requests, long failed) {}
