package io.agentanalytics.job.weights;

import java.util.Map;
import java.util.TreeMap;

/** State of the policy for the providers of a scope. */
public final class PolicyState {
    /** Average time between two changes of a provider, in seconds. */
    private static final double BETWEEN_CHANGES = 1800;

    public Map<String, ProviderState> providers = new TreeMap<>();

    public RequestRate pace = new RequestRate();

    /** Requests per second at the last decision. */
    public double rate = 1;

    /** Value of a request under the shares of the last decision. */
    public double reference;

    /** True if an event requires a decision before the next tick. */
    public boolean urgent;

    /** Returns the minimum log-likelihood ratio at which detectors report a change. */
    double threshold() {
        return Math.log(2 + BETWEEN_CHANGES * rate);
    }
}
