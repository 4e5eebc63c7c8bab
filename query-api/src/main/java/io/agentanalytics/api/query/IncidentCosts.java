package io.agentanalytics.api.query;

import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.api.view.AlertViews.IncidentCost;
import io.agentanalytics.api.view.IncidentCostBuilder;
import io.agentanalytics.contract.alerts.AlertScope;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Cost of an incident: compares the tasks of its subject since its start with the tasks of the same
 * subject in the preceding hours.
 */
final class IncidentCosts {
    /**
     * Maximum period for an agent, whose tasks are found by index. The maximum for other subjects
     * is shorter, because their queries scan all tasks of the period.
     */
    private static final Duration LONGEST_OF_AGENT = Duration.ofDays(1);

    private static final Duration LONGEST_OF_OTHERS = Duration.ofHours(1);

    /** Limit of the window before an alert that is left out; that of a budget is a month. */
    private static final Duration LEAD = Duration.ofMinutes(15);

    /** Minimum number of earlier tasks for a comparison. */
    private static final int LEAST_BEFORE = 20;

    /** Compares the tasks of the incident ({@code during}) with those of the usual time. */
    private static final String COSTS =
            """
            SELECT count(*) FILTER (WHERE during) AS tasks,
                   count(*) FILTER (WHERE during AND failed) AS failed,
                   count(failed) FILTER (WHERE during) AS judged,
                   count(*) FILTER (WHERE during AND unpriced) AS unpriced,
                   coalesce(sum(cost) FILTER (WHERE during), 0) AS spent,
                   coalesce(sum(cost) FILTER (WHERE during AND failed), 0) AS wasted,
                   count(*) FILTER (WHERE NOT during) AS tasks_before,
                   count(*) FILTER (WHERE NOT during AND failed) AS failed_before,
                   count(failed) FILTER (WHERE NOT during) AS judged_before,
                   avg(cost) FILTER (WHERE NOT during AND NOT unpriced) AS cost_before
            FROM (SELECT ended_at >= :during AS during,
                         NOT %s AS failed,
                         requests_unpriced > 0 AS unpriced,
                         cost_reported + cost_priced AS cost
                  FROM store.task_execution_timeline t
                  %s
                  WHERE (ended_at >= :from AND ended_at < :usual_until
                       OR ended_at >= :during AND ended_at < :to)
                    AND NOT retracted
                    AND outcome NOT IN ('cancelled', 'abandoned') AND %s) AS task
            """;

    private final Handle handle;
    private final Instant now;

    IncidentCosts(Handle handle, Instant now) {
        this.handle = handle;
        this.now = now;
    }

    /**
     * Returns the cost, or null if the alert does not concern the tasks of an agent, an agent type,
     * a provider, the fleet, or the part of the fleet that a budget is limited to.
     */
    @Nullable IncidentCost of(AlertView alert) {
        AlertScope scope = AlertScope.ofWireName(alert.scope());
        Map<String, String> labels = scope == null ? null : labelsOf(scope, alert);
        if (labels == null) {
            return null;
        }
        Duration longest = scope == AlertScope.AGENT ? LONGEST_OF_AGENT : LONGEST_OF_OTHERS;
        Instant to = alert.endsAt() == null ? now : alert.endsAt();
        Instant earliest = to.minus(longest);
        Instant from = alert.startsAt().isBefore(earliest) ? earliest : alert.startsAt();
        return handle.createQuery(
                        COSTS.formatted(Verdicts.SUCCESS, Verdicts.JOIN_ALL, conditions(labels)))
                .bindMap(labels)
                .bind("from", Windows.time(alert.startsAt().minus(longest)))
                .bind("usual_until", Windows.time(usualUntil(alert)))
                .bind("during", Windows.time(from))
                .bind("to", Windows.time(to))
                .map((row, context) -> cost(row, from, to))
                .one();
    }

    /** Returns the end of the usual time: what raised the alert had happened in its window. */
    private static Instant usualUntil(AlertView alert) {
        Duration window = Duration.ofSeconds(alert.evidence().windowSeconds());
        return alert.startsAt().minus(window.compareTo(LEAD) < 0 ? window : LEAD);
    }

    private static @Nullable Map<String, String> labelsOf(AlertScope scope, AlertView alert) {
        return switch (scope) {
            case AGENT, AGENT_TYPE, PROVIDER -> Map.of(column(scope), alert.subject());
            case FLEET -> labelsOf(alert);
            case TASK_LINE -> null;
        };
    }

    private static String column(AlertScope scope) {
        return scope == AlertScope.AGENT ? "agent_id" : scope.wireName();
    }

    /**
     * Returns the labels that an alert of the fleet is limited to. Null if its subject names
     * another label, such as a model: a task has several of these, and the cost of a part of a task
     * is not known here.
     */
    private static @Nullable Map<String, String> labelsOf(AlertView alert) {
        Map<String, String> labels = new TreeMap<>();
        put(labels, "agent_id", alert.agentId());
        put(labels, "agent_type", alert.agentType());
        put(labels, "provider", alert.provider());
        String subject =
                labels.entrySet().stream()
                        .map(label -> label.getKey() + '=' + label.getValue())
                        .collect(Collectors.joining(", "));
        return alert.subject().equals(labels.isEmpty() ? "fleet" : subject) ? labels : null;
    }

    private static void put(Map<String, String> labels, String name, @Nullable String value) {
        if (value != null) {
            labels.put(name, value);
        }
    }

    private static String conditions(Map<String, String> labels) {
        return labels.isEmpty()
                ? "true"
                : labels.keySet().stream()
                        .map(name -> name + " = :" + name)
                        .collect(Collectors.joining(" AND "));
    }

    private static IncidentCost cost(ResultSet row, Instant from, Instant to) throws SQLException {
        long tasks = row.getLong("tasks");
        boolean comparable = row.getLong("tasks_before") >= LEAST_BEFORE;
        // A task whose outcome was not reported is neither a failure nor a success.
        long judged = row.getLong("judged");
        long before = row.getLong("judged_before");
        BigDecimal usual = row.getBigDecimal("cost_before");
        BigDecimal spent = row.getBigDecimal("spent").stripTrailingZeros();
        BigDecimal extra =
                comparable && usual != null && row.getLong("unpriced") == 0
                        ? Sums.dollars(spent.subtract(usual.multiply(BigDecimal.valueOf(tasks))))
                        : null;
        return IncidentCostBuilder.builder()
                .from(from)
                .to(to)
                .tasks(tasks)
                .failedTasks(row.getLong("failed"))
                .usualFailedTasks(
                        before >= LEAST_BEFORE
                                ? (double) judged * row.getLong("failed_before") / before
                                : null)
                .unreportedTasks(tasks - judged)
                .spentUsd(spent)
                .wastedUsd(row.getBigDecimal("wasted").stripTrailingZeros())
                .extraUsd(extra)
                .unpricedTasks(row.getLong("unpriced"))
                .build();
    }
}
