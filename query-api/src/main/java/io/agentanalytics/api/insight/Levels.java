package io.agentanalytics.api.insight;

/**
 * Thresholds for insights that need no comparison with peers.
 *
 * @param errorRate failure rate of an agent's tasks
 * @param responseMillis mean duration of an agent's tasks
 * @param taskUsd mean cost of an agent's tasks
 * @param providerFailureRate share of a provider's requests that fail through the provider's own
 *     fault
 */
public record Levels(
        double errorRate, double responseMillis, double taskUsd, double providerFailureRate) {
    public static final Levels STANDARD = new Levels(0.25, 20_000, 1, 0.40);
}
