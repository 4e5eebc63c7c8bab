package io.agentanalytics.job.weights;

import java.util.HashMap;
import java.util.Map;

/** What the policy knows of a scope's providers. */
public final class PolicyState {
    public Map<String, Long> providers = new HashMap<>();
}
