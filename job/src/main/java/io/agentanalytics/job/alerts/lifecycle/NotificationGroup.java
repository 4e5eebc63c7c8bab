package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Group of alerts that are notified together: open alerts, the last notification and the waiting
 * alerts. Stored in Flink state.
 */
public class NotificationGroup {
    public Set<String> open = new HashSet<>();

    /**
     * Severities of the open alerts by id; empty in older state, where {@code told} is used
     * instead.
     */
    public Map<String, Severity> severities = new HashMap<>();

    /** Ids of the alerts that wait for notification; {@code waitingTitles} has their titles. */
    public List<String> waitingIds = new ArrayList<>();

    public List<String> waitingTitles = new ArrayList<>();

    /**
     * Highest severity that was notified. The message at the end has the same severity, so that it
     * reaches every destination that received one before.
     */
    public @Nullable Severity told;

    public Severity waitingSeverity = Severity.INFO;
    public long toldMillis = Long.MIN_VALUE;

    /**
     * Time (epoch ms) at which the waiting alerts are due in event time; {@code dueClockMillis} is
     * the due time in processing time. The earlier one applies.
     */
    public long dueMillis = Incident.NEVER;

    public long dueClockMillis = Incident.NEVER;

    /** Required by Flink's POJO serializer. */
    public NotificationGroup() {}

    /** Returns the highest severity of the open alerts; null if none is open. */
    @Nullable Severity highest() {
        return open.stream()
                .map(id -> severities.getOrDefault(id, told))
                .max(Comparator.naturalOrder())
                .orElse(null);
    }
}
