package io.agentanalytics.job.alerts.signal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The last hour of a provider and how it stands by each rule. Kept in state. */
public class ProviderProfile {
    static final long KEPT_MILLIS = 3_600_000;

    /** Oldest first. */
    public List<ProviderPane> panes = new ArrayList<>();

    /** By rule id. */
    public Map<String, Level> levels = new HashMap<>();

    /** For Flink. */
    public ProviderProfile() {}

    void add(ProviderPane pane) {
        panes.add(pane);
    }

    void forgetBefore(long time) {
        panes.removeIf(pane -> pane.start() < time);
    }

    /** Sums the panes of a window that ends now. */
    long sum(long now, long windowMillis, ToLongFunction<ProviderPane> part) {
        long sum = 0;
        for (int i = panes.size() - 1; i >= 0 && panes.get(i).start() >= now - windowMillis; i--) {
            sum += part.applyAsLong(panes.get(i));
        }
        return sum;
    }

    Level level(String ruleId) {
        return levels.getOrDefault(ruleId, Level.CLEARED);
    }
}
