package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.ProviderCondition;
import java.util.HashMap;
import java.util.Map;

/** What was made known of a scope. */
public final class PublicationState {
    /** The newest decision's version. */
    public long version;

    /** When routers were last told, by the weights' clock. */
    public long toldMillis = Long.MIN_VALUE;

    /** Whether routers have weights of this scope. */
    public boolean published;

    /** What was last written down as a change: shares, and states, by provider. */
    public Map<String, Double> writtenShares = new HashMap<>();

    public Map<String, ProviderCondition> writtenStates = new HashMap<>();

    /** What routers keep to while it is frozen; empty if it is not. */
    public Map<String, Double> frozen = new HashMap<>();
}
