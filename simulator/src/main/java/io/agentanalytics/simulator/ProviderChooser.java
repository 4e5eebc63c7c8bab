package io.agentanalytics.simulator;

import java.util.Set;

/** Chooses the provider of an agent's next call; providers are named as in events. */
public interface ProviderChooser {
    /**
     * Chooses a provider for a call.
     *
     * @param excluding providers that already failed for this call
     * @return a provider of {@link Fleet#PROVIDERS}
     */
    String choose(String agentId, String agentType, Set<String> excluding);

    /** Reports the outcome of a call to the provider that was chosen last. */
    default void ended(String provider, boolean succeeded) {}
}
