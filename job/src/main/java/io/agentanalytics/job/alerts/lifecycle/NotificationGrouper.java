package io.agentanalytics.job.alerts.lifecycle;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationBuilder;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Groups and schedules notifications. Critical alerts, and alerts of providers, queues and budgets,
 * are sent at once: one message per group, and one when all alerts of the group have ended. Alerts
 * that join a group are sent together, at most every five minutes, or at once if they are more
 * severe than those that are open. Warnings of agents wait for the hourly digest. Waiting alerts
 * are due when either event time or processing time has advanced far enough. In live operation,
 * processing time comes first, even if no event follows; in a replay, event time does.
 */
final class NotificationGrouper {
    static final long TOGETHER_MILLIS = 5 * 60_000;
    static final long DIGEST_MILLIS = 3_600_000;
    private static final String DIGEST = "digest";

    private static final Set<AlertChange> HANDLED =
            EnumSet.of(AlertChange.ACKNOWLEDGED, AlertChange.SILENCED, AlertChange.INHIBITED);

    private final Map<String, NotificationGroup> groups;
    private final long clock;
    private final Consumer<Notification> out;

    /**
     * @param groups groups by name; the grouper puts changed groups back
     * @param clock current processing time, epoch ms
     */
    NotificationGrouper(
            Map<String, NotificationGroup> groups, long clock, Consumer<Notification> out) {
        this.groups = groups;
        this.clock = clock;
        this.out = out;
    }

    /** Processes a transition of an alert. */
    void on(Alert alert, long now) {
        if (alert.state() == AlertState.RESOLVED) {
            over(alert, now);
            return;
        }
        if (alert.shadow()) {
            return;
        }
        if (HANDLED.contains(alert.change())) {
            withdraw(DIGEST, alert);
            withdraw(groupOf(alert), alert);
        }
        boolean wanted =
                alert.state() == AlertState.FIRING
                        && alert.acknowledgedBy() == null
                        && alert.silencedBy() == null
                        && alert.inhibitedBy() == null
                        && AlertChange.NEWS.contains(alert.change());
        if (wanted && goesToDigest(alert)) {
            await(DIGEST, alert, nextDigest(now), now);
        } else if (wanted) {
            emit(alert, now);
        }
    }

    /**
     * Processes a transition that was published before. A digest that was due long ago was sent;
     * one that was due while the job was down was not.
     */
    void recalled(Alert alert) {
        long at = alert.updatedAt().toEpochMilli();
        if (!goesToDigest(alert) || nextDigest(at) > clock - DIGEST_MILLIS) {
            on(alert, at);
        }
    }

    private static boolean goesToDigest(Alert alert) {
        return (isOfAgents(alert) && alert.severity() != Severity.CRITICAL)
                || alert.severity() == Severity.INFO;
    }

    /** There are as many trees as agents, and they are as short-lived. */
    private static boolean isOfAgents(Alert alert) {
        return alert.scope() == AlertScope.AGENT || alert.type() == AlertType.RUNAWAY_TREE;
    }

    private static long nextDigest(long now) {
        return Math.floorDiv(now, DIGEST_MILLIS) * DIGEST_MILLIS + DIGEST_MILLIS;
    }

    private static String groupOf(Alert alert) {
        if (isOfAgents(alert)) {
            return "agents/" + alert.type().wireName();
        }
        String group = alert.scope().wireName() + '/' + alert.subject();
        // Budgets and weights have nothing in common but the fleet.
        return alert.scope() == AlertScope.FLEET ? group + '/' + alert.ruleId() : group;
    }

    private void emit(Alert alert, long now) {
        String name = groupOf(alert);
        NotificationGroup group = group(name);
        Severity highest = group.highest();
        boolean isFirst = highest == null || alert.severity().compareTo(highest) > 0;
        Severity before = group.severities.put(alert.alertId(), alert.severity());
        group.open.add(alert.alertId());
        boolean isNew = before == null || alert.severity().compareTo(before) > 0;
        if (isFirst) {
            page(name, group, alert, now);
        }
        groups.put(name, group);
        if (!isFirst && isNew) {
            await(name, alert, Math.max(now, group.toldMillis + TOGETHER_MILLIS), now);
        }
    }

    /** Returns a group, or a new one. The caller puts it back after each change. */
    private NotificationGroup group(String name) {
        NotificationGroup known = groups.get(name);
        return known == null ? new NotificationGroup() : known;
    }

    private void page(String name, NotificationGroup group, Alert alert, long now) {
        if (group.told == null || alert.severity().compareTo(group.told) > 0) {
            group.told = alert.severity();
        }
        group.toldMillis = now;
        send(
                alert.alertId(),
                notification(NotificationKind.PAGE, name, now)
                        .severity(alert.severity())
                        .title(alert.title())
                        .lines(List.of(alert.description()))
                        .alertIds(List.of(alert.alertId())));
    }

    private void await(String name, Alert alert, long due, long now) {
        NotificationGroup group = group(name);
        if (!group.waitingIds.contains(alert.alertId())) {
            group.waitingIds.add(alert.alertId());
            group.waitingTitles.add(alert.title());
        }
        if (alert.severity().compareTo(group.waitingSeverity) > 0) {
            group.waitingSeverity = alert.severity();
        }
        if (due < group.dueMillis) {
            group.dueMillis = due;
            group.dueClockMillis = clock + (due - now);
        }
        groups.put(name, group);
    }

    /** Removes a waiting alert that was acknowledged, silenced, inhibited or resolved. */
    private void withdraw(String name, Alert alert) {
        NotificationGroup group = groups.get(name);
        int at = group == null ? -1 : group.waitingIds.indexOf(alert.alertId());
        if (group == null || at < 0) {
            return;
        }
        group.waitingIds.remove(at);
        group.waitingTitles.remove(at);
        group.severities.remove(alert.alertId()); // It was not sent, so it is new when released.
        if (group.waitingIds.isEmpty()) {
            nothingWaits(name, group);
        } else {
            groups.put(name, group);
        }
    }

    private void over(Alert alert, long now) {
        String name = groupOf(alert);
        NotificationGroup group = groups.get(name);
        if (group == null || !group.open.remove(alert.alertId())) {
            return;
        }
        group.severities.remove(alert.alertId());
        if (!group.open.isEmpty()) {
            groups.put(name, group);
            withdraw(name, alert);
            return;
        }
        groups.remove(name);
        if (group.told != null) {
            send(
                    alert.alertId(),
                    notification(NotificationKind.RESOLVED, name, now)
                            .severity(group.told)
                            .title("Resolved: " + alert.title())
                            .lines(withWaiting(alert.description(), group.waitingTitles))
                            .alertIds(withWaiting(alert.alertId(), group.waitingIds)));
        }
    }

    /** Appends the waiting alerts, which have ended together with the group. */
    private static List<String> withWaiting(String first, List<String> waiting) {
        List<String> all = new ArrayList<>(List.of(first));
        waiting.stream().filter(w -> !w.equals(first)).forEach(all::add);
        return all;
    }

    /** Returns the next due time in event time. */
    long due() {
        long due = Incident.NEVER;
        for (NotificationGroup group : groups.values()) {
            due = Math.min(due, group.dueMillis);
        }
        return due;
    }

    /** Returns the next due time in processing time. */
    long dueClock() {
        long due = Incident.NEVER;
        for (NotificationGroup group : groups.values()) {
            due = Math.min(due, group.dueClockMillis);
        }
        return due;
    }

    /** Sends the waiting alerts that are due at event time {@code now}. */
    void dueAt(long now) {
        for (Map.Entry<String, NotificationGroup> entry : new TreeMap<>(groups).entrySet()) {
            if (entry.getValue().dueMillis <= now) {
                notifyOfWaiting(entry.getKey(), entry.getValue(), now);
            }
        }
    }

    /**
     * Sends the waiting alerts that are due in processing time, even if event time stands still.
     */
    void dueInProcessingTime() {
        for (Map.Entry<String, NotificationGroup> entry : new TreeMap<>(groups).entrySet()) {
            if (entry.getValue().dueClockMillis <= clock) {
                notifyOfWaiting(entry.getKey(), entry.getValue(), entry.getValue().dueMillis);
            }
        }
    }

    private void notifyOfWaiting(String name, NotificationGroup group, long now) {
        boolean digest = name.equals(DIGEST);
        int n = group.waitingIds.size();
        String title =
                n == 1
                        ? group.waitingTitles.get(0)
                        : n + (digest ? " warnings in the last hour" : " more alerts");
        NotificationKind kind = digest ? NotificationKind.DIGEST : NotificationKind.PAGE;
        send(
                // A time can be due in event time and in processing time: the alert id keeps the
                // ids distinct.
                now + "/" + group.waitingIds.get(0),
                notification(kind, name, now)
                        .severity(group.waitingSeverity)
                        .title(title)
                        .lines(List.copyOf(group.waitingTitles))
                        .alertIds(List.copyOf(group.waitingIds)));
        group.toldMillis = now;
        nothingWaits(name, group);
    }

    private void nothingWaits(String name, NotificationGroup group) {
        group.waitingIds.clear();
        group.waitingTitles.clear();
        group.waitingSeverity = Severity.INFO;
        group.dueMillis = Incident.NEVER;
        group.dueClockMillis = Incident.NEVER;
        if (name.equals(DIGEST)) {
            groups.remove(name);
        } else {
            groups.put(name, group);
        }
    }

    private static NotificationBuilder notification(NotificationKind kind, String group, long now) {
        return NotificationBuilder.builder().kind(kind).group(group).at(Instant.ofEpochMilli(now));
    }

    /**
     * @param what part of the id that distinguishes notifications of one group, kind and severity
     */
    private void send(String what, NotificationBuilder content) {
        Notification n = content.build();
        String id = String.join("/", n.group(), n.kind().wireName(), n.severity().wireName(), what);
        out.accept(content.notificationId(id).build());
    }
}
