package io.agentanalytics.api.insight;

/**
 * From where on advice is given without any comparison.
 *
 * @param errorRate share of an agent's tasks that fail
 * @param responseMillis mean duration of an agent's tasks
 * @param taskUsd mean cost of an agent's tasks
 * @param providerFailureRate share of a provider's requests that fail by its own doing
 */
public record Levels(
        double errorRate, double responseMillis, double taskUsd, double providerFailureRate) {
    public static final Levels STANDARD = new Levels(0.25, 20_000, 1, 0.40);
}
