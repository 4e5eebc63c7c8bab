package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.ProviderCondition;
import java.util.HashMap;
import java.util.Map;

/** Published weights and recorded changes of a scope. */
public final class PublicationState {
    /** Version of the newest decision. */
    public long version;

    /** Time (epoch ms, weight clock) of the last record for routers. */
    public long toldMillis = Long.MIN_VALUE;

    /** True if routers have weights of this scope. */
    public boolean published;

    /**
     * Time (epoch ms) of the last recorded change. Each change has a later time, even if the clock
     * was set back: its time is part of the key of its row.
     */
    public long changedMillis;

    /** Shares of the last recorded change, by provider; {@code writtenStates} has its states. */
    public Map<String, Double> writtenShares = new HashMap<>();

    public Map<String, ProviderCondition> writtenStates = new HashMap<>();

    /** Weights that routers keep while the scope is frozen; empty if it is not frozen. */
    public Map<String, Double> frozen = new HashMap<>();
}
