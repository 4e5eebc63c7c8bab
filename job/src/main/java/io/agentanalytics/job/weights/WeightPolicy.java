package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.ProviderRequest;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Placeholder. */
public final class WeightPolicy {
    private final PolicyState state;

    public WeightPolicy(PolicyState state, RoutingSettings settings) {
        this.state = state;
    }

    public record Shares(
            Map<String, Double> weights, Map<String, WeightDecision.Standing> standings) {}

    public void take(ProviderRequest request, long now) {
        if (!request.provider().isEmpty()) {
            state.providers.merge(request.provider(), 1L, Long::sum);
        }
    }

    public boolean isUrgent() {
        return false;
    }

    public Shares decide(long now) {
        Map<String, Double> w = new TreeMap<>();
        Map<String, WeightDecision.Standing> st = new TreeMap<>();
        state.providers.forEach(
                (p, n) -> {
                    w.put(p, 1.0 / state.providers.size());
                    st.put(
                            p,
                            new WeightDecision.Standing(
                                    "closed",
                                    Instant.ofEpochMilli(now),
                                    n,
                                    1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    1,
                                    null,
                                    "even"));
                });
        return new Shares(w, st);
    }
}
