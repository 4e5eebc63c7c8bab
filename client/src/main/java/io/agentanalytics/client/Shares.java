package io.agentanalytics.client;

import io.agentanalytics.contract.weights.WeightDecision;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shares that are in effect, by which {@link ProviderWeights#choose} distributes calls.
 *
 * @param decision decision behind the shares; null if there is none
 * @param expired true if no decision is valid: the shares are even, or become so within a minute
 * @param byProvider shares by provider, with a sum of 1
 */
public record Shares(
        @Nullable WeightDecision decision, boolean expired, Map<String, Double> byProvider) {}
