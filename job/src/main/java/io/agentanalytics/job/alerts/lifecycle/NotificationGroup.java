package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is told together: its open alerts, what has been told, and what waits. Kept in state. */
public class NotificationGroup {
    public Set<String> open = new HashSet<>();

    /** Alert ids and their titles, which wait to be told. */
    public List<String> waitingIds = new ArrayList<>();

    public List<String> waitingTitles = new ArrayList<>();
    public @Nullable Severity told;
    public Severity waitingSeverity = Severity.INFO;
    public long toldMillis = Long.MIN_VALUE;

    /** When what waits is due by event time, and by the clock: what comes first counts. */
    public long dueMillis = Incident.NEVER;

    public long dueClockMillis = Incident.NEVER;

    /** For Flink. */
    public NotificationGroup() {}
}
