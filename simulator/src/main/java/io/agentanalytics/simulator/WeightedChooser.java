package io.agentanalytics.simulator;

import io.agentanalytics.client.Choice;
import io.agentanalytics.client.ProviderWeights;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Chooses providers by the weights that the job publishes, as the router of an agent does. */
public final class WeightedChooser implements ProviderChooser, AutoCloseable {
    private final ProviderWeights weights;
    private final Map<String, Choice> newest = new HashMap<>();

    /**
     * @param kafka consumer properties
     */
    public WeightedChooser(Map<String, String> kafka, List<String> providers, Clock clock) {
        weights = ProviderWeights.follow(kafka, providers, clock);
    }

    @Override
    public String choose(String agentId, String agentType, Set<String> excluding) {
        Choice choice = weights.choose(excluding, agentId, agentType);
        newest.put(choice.provider(), choice);
        return choice.provider();
    }

    @Override
    public void ended(String provider, boolean succeeded) {
        Choice choice = newest.get(provider);
        if (choice != null && succeeded) {
            choice.succeeded();
        } else if (choice != null) {
            choice.failed();
        }
    }

    @Override
    public void close() {
        weights.close();
    }
}
