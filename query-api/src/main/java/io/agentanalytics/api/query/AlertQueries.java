package io.agentanalytics.api.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.agentanalytics.api.view.AlertViewBuilder;
import io.agentanalytics.api.view.AlertViews.*;
import io.agentanalytics.api.view.WeightViews.WeightChangeView;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Runbook;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Queries for alerts and their history. */
public final class AlertQueries {
    private static final int MAX_HISTORY = 1000;
    private static final int MAX_SYMPTOMS = 200;
    private static final int MAX_CHANGES = 100;
    private static final int MAX_OF_TASK = 50;
    private static final int MAX_MOST_SEVERE = 200;

    /**
     * Numbers the open, visible alerts by start time, so that an alert has the same number in every
     * view.
     */
    private static final String NUMBERED =
            """
            WITH numbers AS (
                SELECT alert_id, row_number() OVER (ORDER BY starts_at, alert_id) AS number FROM store.alerts
                WHERE state IN ('firing', 'recovering') AND NOT shadow AND inhibited_by IS NULL)
            SELECT a.*, n.number FROM store.alerts a LEFT JOIN numbers n USING (alert_id)
            """;

    /**
     * Condition for an alert, as {@code a}, that people are told about: a transition or its newest
     * value was not of the past when it was written. A value counts because the transition of an
     * alert that still fires may have waited for Postgres, or be older than the kept ones.
     */
    static final String TOLD =
            """
            NOT a.shadow AND a.inhibited_by IS NULL AND a.silenced_by IS NULL
                AND a.fired_at IS NOT NULL
                AND (NOT %s
                    OR EXISTS (SELECT FROM store.alert_events e
                            WHERE e.alert_id = a.alert_id AND e.at >= a.starts_at
                                AND e.change IN (%s) AND NOT %s))
            """
                    .formatted(
                            isPast("a.value_now_at", "a.updated_at"),
                            AlertChange.NEWS.stream()
                                    .map(change -> "'" + change.wireName() + "'")
                                    .collect(Collectors.joining(", ")),
                            isPast("e.at", "e.updated_at"));

    private final Handle handle;

    public AlertQueries(Handle handle) {
        this.handle = handle;
    }

    /**
     * Alert filter.
     *
     * @param equal required column values; null values are ignored
     * @param open true to exclude resolved alerts
     * @param everFired true to exclude alerts that never fired
     */
    @RecordBuilder
    public record Filter(
            @Nullable Instant from,
            @Nullable Instant to,
            Map<String, String> equal,
            boolean open,
            boolean everFired,
            int limit,
            Sort sort,
            boolean descending,
            @Nullable AlertPageKey after) {}

    /** Sort order of alerts. Ties are broken by ID. */
    public enum Sort {
        STARTS_AT("starts_at", "timestamptz"),
        CHANGED_AT("changed_at", "timestamptz"),
        SEVERITY(
                "CASE severity::text WHEN 'critical' THEN 2 WHEN 'warning' THEN 1 ELSE 0 END",
                "int");

        private final String sql;
        private final String type;

        Sort(String sql, String type) {
            this.sql = sql;
            this.type = type;
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns the page key of an alert in this order. */
        public AlertPageKey place(AlertView alert) {
            Object key =
                    switch (this) {
                        case STARTS_AT -> alert.startsAt();
                        case CHANGED_AT -> alert.changedAt();
                        case SEVERITY ->
                                List.of("info", "warning", "critical").indexOf(alert.severity());
                    };
            return new AlertPageKey(key.toString(), alert.alertId());
        }

        /** Returns true if the text is a valid sort value of a page key. */
        public boolean isKey(String key) {
            return this == SEVERITY ? key.matches("[0-2]") : ColumnKind.TIME.parse(key) != null;
        }
    }

    /** Page key: the alert after which a page starts. */
    public record AlertPageKey(String key, String alertId) {
        public String text() {
            return key + "|" + alertId;
        }
    }

    /** Returns the providers with an open alert on the provider itself. */
    Set<String> alertedProviders() {
        return Set.copyOf(
                handle.createQuery(
                                """
                                SELECT DISTINCT provider FROM store.alerts
                                WHERE state IN ('firing', 'recovering') AND NOT shadow
                                  AND provider IS NOT NULL AND agent_id IS NULL LIMIT 1000
                                """)
                        .mapTo(String.class)
                        .list());
    }

    /** Returns the alerts whose evidence names a task, newest first. */
    List<AlertView> ofTask(String task) {
        return handle.createQuery(
                        NUMBERED
                                + " WHERE a.evidence -> 'task_ids' @> to_jsonb(CAST(:task AS text))"
                                + " AND NOT shadow ORDER BY starts_at DESC, alert_id LIMIT :limit")
                .bind("task", task)
                .bind("limit", MAX_OF_TASK)
                .map((row, context) -> view(row))
                .list();
    }

    /** Returns the matching alerts in the order of the filter, starting after its page key. */
    public List<AlertView> alerts(Filter filter) {
        String direction = filter.descending() ? "DESC" : "ASC";
        return alerts(
                filter, "%s %s, alert_id %s".formatted(filter.sort().sql, direction, direction));
    }

    /**
     * Returns the alerts of a range, newest first. If there are many, keeps the most severe, and
     * among equally severe alerts the earliest.
     */
    List<AlertView> mostSevere(TimeRange range) {
        Filter filter =
                FilterBuilder.builder()
                        .from(range.from())
                        .to(range.to())
                        .equal(Map.of("shadow", "false"))
                        .everFired(true)
                        .limit(MAX_MOST_SEVERE)
                        .sort(Sort.STARTS_AT)
                        .descending(true)
                        .build();
        return alerts(
                        filter,
                        "array_position(ARRAY['critical', 'warning', 'info'], severity), starts_at, alert_id")
                .stream()
                .sorted(
                        Comparator.comparing(AlertView::startsAt)
                                .thenComparing(AlertView::alertId)
                                .reversed())
                .toList();
    }

    private List<AlertView> alerts(Filter filter, String order) {
        Map<String, Object> binds = new HashMap<>();
        StringBuilder sql = new StringBuilder(NUMBERED).append(conditions(filter, binds));
        Sort sort = filter.sort();
        AlertPageKey after = filter.after();
        if (after != null) {
            sql.append(
                    " AND (%s, alert_id) %s (CAST(:afterKey AS %s), :afterId)"
                            .formatted(sort.sql, filter.descending() ? "<" : ">", sort.type));
            binds.put("afterKey", after.key());
            binds.put("afterId", after.alertId());
        }
        sql.append(" ORDER BY ").append(order).append(" LIMIT :limit");
        try (Query query = handle.createQuery(sql.toString())) {
            return query.bind("limit", filter.limit())
                    .bindMap(binds)
                    .map((row, context) -> view(row))
                    .list();
        }
    }

    /** Returns the number of alerts on all pages. */
    public long count(Filter filter) {
        Map<String, Object> binds = new HashMap<>();
        String sql = "SELECT count(*) FROM store.alerts a" + conditions(filter, binds);
        try (Query query = handle.createQuery(sql)) {
            return query.bindMap(binds).mapTo(Long.class).one();
        }
    }

    private static String conditions(Filter filter, Map<String, Object> binds) {
        StringBuilder sql = new StringBuilder(" WHERE true");
        if (filter.from() != null) {
            // An open alert has no end and therefore matches every range that ends after its start.
            sql.append(" AND (ends_at IS NULL OR ends_at >= :from)");
            binds.put("from", Windows.time(filter.from()));
        }
        if (filter.to() != null) {
            sql.append(" AND starts_at < :to");
            binds.put("to", Windows.time(filter.to()));
        }
        filter.equal()
                .forEach(
                        (column, value) -> {
                            sql.append(" AND a.%s::text = :%s".formatted(column, column));
                            binds.put(column, value);
                        });
        if (filter.open()) {
            sql.append(" AND state <> 'resolved'");
        }
        if (filter.everFired()) {
            sql.append(" AND (fired_at IS NOT NULL OR state = 'pending')");
        }
        return sql.toString();
    }

    /** Returns an alert with its history and the alerts that it inhibits. */
    public Optional<IncidentView> incident(String id, Instant now) {
        return handle.createQuery(NUMBERED + " WHERE alert_id = :id")
                .bind("id", id)
                .map((row, context) -> view(row))
                .findOne()
                .map(
                        alert ->
                                new IncidentView(
                                        alert,
                                        Runbook.steps(alert.type()),
                                        history(alert),
                                        symptoms(id),
                                        routing(alert),
                                        new IncidentCosts(handle, now).of(alert)));
    }

    /**
     * After a recovery, the job may write a transition again with another time; the newest holds.
     */
    private List<AlertEventView> history(AlertView alert) {
        return handle.createQuery(
                        """
                        SELECT DISTINCT ON (revision)
                            at, revision, change, state, severity, description, by
                        FROM store.alert_events
                        WHERE alert_id = :id AND at >= :from
                        ORDER BY revision DESC, updated_at DESC LIMIT :limit
                        """)
                .bind("id", alert.alertId())
                .bind("from", Windows.time(alert.startsAt()))
                .bind("limit", MAX_HISTORY)
                .map(
                        (row, context) ->
                                new AlertEventView(
                                        Rows.time(row, "at"),
                                        row.getLong("revision"),
                                        row.getString("change"),
                                        row.getString("state"),
                                        row.getString("severity"),
                                        row.getString("description"),
                                        row.getString("by")))
                .list();
    }

    /**
     * Returns the weight changes around an alert, of its agent or else of its provider, newest
     * first.
     */
    private List<WeightChangeView> routing(AlertView alert) {
        boolean agent = alert.agentId() != null;
        return handle.createQuery(
                        """
                        SELECT at, provider, version, mode, weight, weight_before, state, reason
                        FROM store.provider_weights
                        WHERE scope = :scope AND (:all OR provider = :provider)
                          AND abs(weight - weight_before) >= 0.05
                          AND at >= :start::timestamptz - interval '10 minutes'
                          AND at < coalesce(:end::timestamptz, now()) + interval '5 minutes'
                        ORDER BY at DESC, provider LIMIT :limit
                        """)
                .bind("scope", agent ? "agent:" + alert.agentId() : "global")
                .bind("all", agent)
                .bind("provider", alert.provider())
                .bind("start", Windows.time(alert.startsAt()))
                .bind("end", alert.endsAt() == null ? null : Windows.time(alert.endsAt()))
                .bind("limit", MAX_CHANGES)
                .map((row, context) -> WeightQueries.change(row))
                .list();
    }

    /** Describes the weight changes around several alerts, in at most one sentence per alert. */
    public List<String> routed(List<AlertView> alerts) {
        Set<String> sentences = new LinkedHashSet<>();
        for (AlertView alert : alerts) {
            List<WeightChangeView> changes =
                    alert.provider() == null
                            ? List.of()
                            : routing(alert).stream()
                                    .filter(change -> change.provider().equals(alert.provider()))
                                    .toList();
            String sentence = routed(alert, changes);
            if (sentence != null) {
                sentences.add(sentence);
            }
        }
        return List.copyOf(sentences);
    }

    /**
     * Describes the initial and the current share of the provider, or the lowest share if the
     * provider has recovered. Returns null if its share did not change.
     *
     * @param changes weight changes of the provider, newest first
     */
    private static @Nullable String routed(AlertView alert, List<WeightChangeView> changes) {
        if (changes.isEmpty()) {
            return null;
        }
        WeightChangeView first = firstFall(changes);
        WeightChangeView last = changes.get(0);
        WeightChangeView least =
                changes.stream()
                        .min(Comparator.comparingDouble(WeightChangeView::weight))
                        .orElseThrow();
        String from = percent(first.weightBefore());
        String to = percent(last.weight());
        String by = percent(least.weight());
        String whose =
                alert.agentId() == null ? "the traffic" : "the requests of " + alert.agentId();
        if (!from.equals(to)) {
            return "The router has moved %s from %s to %s of %s. %s"
                    .formatted(last.provider(), from, to, whose, last.reason());
        }
        return from.equals(by)
                ? null
                : "The router moved %s from %s to %s of %s and back. %s"
                        .formatted(last.provider(), from, by, whose, last.reason());
    }

    private static WeightChangeView firstFall(List<WeightChangeView> changes) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i).weight() < changes.get(i).weightBefore()) {
                return changes.get(i);
            }
        }
        return changes.get(changes.size() - 1);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    private List<AlertView> symptoms(String id) {
        return handle.createQuery(
                        NUMBERED
                                + " WHERE inhibited_by = :id ORDER BY starts_at, alert_id LIMIT :limit")
                .bind("id", id)
                .bind("limit", MAX_SYMPTOMS)
                .map((row, context) -> view(row))
                .list();
    }

    /** Returns the alerts with these IDs, ordered by start time. */
    public List<AlertView> byId(List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(
                        NUMBERED
                                + " WHERE alert_id = ANY(:ids) ORDER BY starts_at, alert_id LIMIT :limit")
                .bindArray("ids", String.class, ids)
                .bind("limit", MAX_SYMPTOMS)
                .map((row, context) -> view(row))
                .list();
    }

    /**
     * Returns the condition that a row is about the past: history that was imported, or a replay.
     *
     * @param at column with the time of its event
     * @param written column with the time at which the job wrote it
     */
    public static String isPast(String at, String written) {
        return "(%s < %s - interval '1 hour')".formatted(at, written);
    }

    /** Returns the firing alerts to notify about, and the alerts resolved since that time. */
    public List<AlertView> toTell(Instant since) {
        return handle.createQuery(
                        NUMBERED
                                + " WHERE "
                                + TOLD
                                + """
                                   AND (state <> 'resolved' OR updated_at >= :since)
                                 ORDER BY array_position(ARRAY['critical', 'warning', 'info'], severity),
                                     starts_at DESC, alert_id
                                 LIMIT 500
                                """)
                .bind("since", Windows.time(since))
                .map((row, context) -> view(row))
                .list();
    }

    /**
     * Returns, per rule, the number of alerts fired since that time and the number of open alerts.
     */
    public Map<String, RuleResult> results(Instant since) {
        Map<String, RuleResult> results = new HashMap<>();
        handle.createQuery(
                        """
                        SELECT rule_id, count(*) FILTER (WHERE fired_at >= :since) AS fired,
                               count(*) FILTER (WHERE state IN ('firing', 'recovering')) AS open
                        FROM store.alerts WHERE starts_at >= :since OR state <> 'resolved'
                        GROUP BY rule_id LIMIT 1000
                        """)
                .bind("since", Windows.time(since))
                .map(
                        (row, context) ->
                                results.put(
                                        row.getString("rule_id"),
                                        new RuleResult(row.getLong("fired"), row.getLong("open"))))
                .list();
        return results;
    }

    private static AlertView view(ResultSet row) throws SQLException {
        String type = row.getString("type");
        return AlertViewBuilder.builder()
                .alertId(row.getString("alert_id"))
                .number(Rows.number(row, "number"))
                .fingerprint(row.getString("fingerprint"))
                .ruleId(row.getString("rule_id"))
                .ruleVersion(row.getLong("rule_version"))
                .type(type)
                .severity(row.getString("severity"))
                .state(row.getString("state"))
                .change(row.getString("change"))
                .scope(row.getString("scope"))
                .subject(row.getString("subject"))
                .agentId(row.getString("agent_id"))
                .agentType(row.getString("agent_type"))
                .provider(row.getString("provider"))
                .title(row.getString("title"))
                .description(row.getString("description"))
                .startsAt(Rows.time(row, "starts_at"))
                .changedAt(Rows.time(row, "changed_at"))
                .firedAt(Rows.instant(row, "fired_at"))
                .endsAt(Rows.instant(row, "ends_at"))
                .basis(row.getString("basis"))
                .shadow(row.getBoolean("shadow"))
                .flapping(row.getBoolean("flapping"))
                .acknowledgedBy(row.getString("acknowledged_by"))
                .silencedBy(row.getString("silenced_by"))
                .inhibitedBy(row.getString("inhibited_by"))
                .evidence(evidence(row.getString("evidence")))
                .valueAtFiring(real(row, "value_at_firing"))
                .valueNow(real(row, "value_now"))
                .valueNowAt(Rows.instant(row, "value_now_at"))
                .valuePeak(real(row, "value_peak"))
                .nextStep(Runbook.steps(type).get(0))
                .runbook(AlertView.RUNBOOKS + type)
                .build();
    }

    private static @Nullable Double real(ResultSet row, String column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? null : value;
    }

    private static Evidence evidence(String json) {
        try {
            return Json.mapper().readValue(json, Evidence.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
