package io.agentanalytics.simulator;

import java.util.Set;

/** Whom an agent asks next; providers as events name them. */
public interface ProviderChooser {
    /**
     * A provider for a call.
     *
     * @param excluding providers that have failed this call already
     * @return a provider that {@link Fleet#PROVIDERS} names
     */
    String choose(String agentId, String agentType, Set<String> excluding);

    /** What came of a call to the provider that was chosen last. */
    default void ended(String provider, boolean succeeded) {}
}
