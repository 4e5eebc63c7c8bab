package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.RuleCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Versions of the alert rules over time: the built-in rules and all changes to them. */
public final class RuleHistory {
    /** Maximum number of versions remembered per rule. */
    public static final int VERSIONS = 16;

    private static final Comparator<AlertRule> AGE =
            Comparator.comparingLong(AlertRule::sinceMillis).thenComparingLong(AlertRule::version);

    private final Map<AlertType, List<List<AlertRule>>> histories = new EnumMap<>(AlertType.class);

    /** Active rules of the types whose rules were never changed: the same at all times. */
    private final Map<AlertType, List<AlertRule>> unchanged = new EnumMap<>(AlertType.class);

    /**
     * @param changes changes of each rule in any order, by rule id
     */
    public RuleHistory(Map<String, List<AlertRule>> changes) {
        Map<String, List<AlertRule>> all = new TreeMap<>();
        RuleCodec.standard().forEach((id, rule) -> all.put(id, List.of(rule)));
        changes.forEach(
                (id, versions) -> {
                    List<AlertRule> history = new ArrayList<>(all.getOrDefault(id, List.of()));
                    history.addAll(versions);
                    history.sort(AGE);
                    all.put(id, history);
                });
        // A change may give a rule another type: the rule is listed under every type that it ever
        // had.
        for (List<AlertRule> history : all.values()) {
            history.stream()
                    .map(AlertRule::type)
                    .distinct()
                    .forEach(
                            type ->
                                    histories
                                            .computeIfAbsent(type, t -> new ArrayList<>())
                                            .add(history));
        }
        for (AlertType type : AlertType.values()) {
            if (isUnchanged(type)) {
                unchanged.put(type, List.copyOf(activeAt(type, Long.MIN_VALUE)));
            }
        }
    }

    /** Returns the rules of a type that are enabled at a point in time. */
    public List<AlertRule> active(AlertType type, long timeMillis) {
        List<AlertRule> known = unchanged.get(type);
        return known == null ? activeAt(type, timeMillis) : known;
    }

    /** Returns the ids of all rules that have or had a type, in force or not. */
    public List<String> ids(AlertType type) {
        return histories.getOrDefault(type, List.of()).stream()
                .map(history -> history.get(0).ruleId())
                .toList();
    }

    private List<AlertRule> activeAt(AlertType type, long timeMillis) {
        List<AlertRule> active = new ArrayList<>();
        for (List<AlertRule> history : histories.getOrDefault(type, List.of())) {
            AlertRule rule = asOf(history, timeMillis);
            if (rule != null && rule.enabled() && rule.type() == type) {
                active.add(rule);
            }
        }
        return active;
    }

    private boolean isUnchanged(AlertType type) {
        return histories.getOrDefault(type, List.of()).stream()
                .allMatch(h -> h.size() == 1 && h.get(0).sinceMillis() == Long.MIN_VALUE);
    }

    /** Returns true if a rule in force at {@code until} was not in force at some time before. */
    public boolean wasDisabled(AlertRule rule, long after, long until) {
        for (List<AlertRule> history : histories.getOrDefault(rule.type(), List.of())) {
            if (history.size() > 1 && history.get(0).ruleId().equals(rule.ruleId())) {
                return wasDisabled(history, rule, after, until);
            }
        }
        return false;
    }

    private static boolean wasDisabled(
            List<AlertRule> history, AlertRule rule, long after, long until) {
        return history.stream()
                .mapToLong(AlertRule::sinceMillis)
                .filter(since -> since > after && since <= until)
                .mapToObj(since -> asOf(history, since))
                .anyMatch(r -> r == null || !r.enabled() || r.type() != rule.type());
    }

    private static @Nullable AlertRule asOf(List<AlertRule> history, long timeMillis) {
        AlertRule builtIn = history.get(0).sinceMillis() == Long.MIN_VALUE ? history.get(0) : null;
        AlertRule found = null;
        for (AlertRule rule : history) {
            if (rule.sinceMillis() <= timeMillis) {
                found = rule.removed() ? builtIn : rule;
            }
        }
        return found;
    }

    /**
     * Adds a change to the versions of a rule; drops the oldest versions above {@link #VERSIONS}.
     */
    public static List<AlertRule> with(List<AlertRule> versions, AlertRule change) {
        List<AlertRule> all = new ArrayList<>(versions);
        all.removeIf(v -> v.sinceMillis() == change.sinceMillis());
        all.add(change);
        all.sort(AGE);
        return new ArrayList<>(all.subList(Math.max(0, all.size() - VERSIONS), all.size()));
    }
}
