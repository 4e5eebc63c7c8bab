package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** The last hour of a provider and its condition level for each rule. Stored in Flink state. */
public class ProviderProfile {
    static final long KEPT_MILLIS = 3_600_000;

    /** Panes, oldest first. */
    public List<ProviderPane> panes = new ArrayList<>();

    /** Keyed by rule id. */
    public Map<String, ConditionLevel> levels = new HashMap<>();

    /** Keyed by rule id. */
    public Map<String, Measuring> measuring = new HashMap<>();

    /**
     * Number of requests refused for quota in late panes since the last evaluation; {@code
     * lateAuth} counts those refused for credentials.
     */
    public long lateQuota;

    public long lateAuth;

    /** Required by Flink's POJO serializer. */
    public ProviderProfile() {}

    /** Applies the difference between a corrected pane and the pane that was counted before. */
    void correct(ProviderPane difference) {
        lateQuota += Math.max(0, difference.quota());
        lateAuth += Math.max(0, difference.auth());
        add(difference);
    }

    /** Adds a pane; after a restore, an earlier one may come late. */
    void add(ProviderPane pane) {
        int i = panes.size();
        while (i > 0 && panes.get(i - 1).start() > pane.start()) {
            i--;
        }
        if (i > 0 && panes.get(i - 1).start() == pane.start()) {
            panes.set(i - 1, panes.get(i - 1).plus(pane));
        } else {
            panes.add(i, pane);
        }
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

    Measuring measuring(String ruleId) {
        return measuring.computeIfAbsent(ruleId, id -> new Measuring());
    }

    /** Returns true if the condition of one of the rules is not cleared. */
    boolean isRaised(List<AlertRule> rules) {
        return rules.stream().anyMatch(r -> level(r.ruleId()) != ConditionLevel.CLEARED);
    }

    ConditionLevel level(String ruleId) {
        return levels.getOrDefault(ruleId, ConditionLevel.CLEARED);
    }
}
