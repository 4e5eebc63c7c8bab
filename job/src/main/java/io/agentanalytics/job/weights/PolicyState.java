package io.agentanalytics.job.weights;

import java.util.Map;
import java.util.TreeMap;

/** What the policy knows of a scope's providers. */
public final class PolicyState {
    /** A provider changes about so often, in seconds. */
    private static final double BETWEEN_CHANGES = 1800;

    public Map<String, ProviderState> providers = new TreeMap<>();

    public RequestRate pace = new RequestRate();

    /** Requests a second, as of the last decision. */
    public double rate = 1;

    /** What a request is worth as traffic was shared by the last decision. */
    public double reference;

    /** Whether something happened that is worth a decision before its time. */
    public boolean urgent;

    /** What detectors have to be surer of than by chance, as a logarithm of a likelihood ratio. */
    double threshold() {
        return Math.log(2 + BETWEEN_CHANGES * rate);
    }
}
