package io.agentanalytics.api.query;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.view.AlertEventViewBuilder;
import io.agentanalytics.api.view.AlertViewBuilder;
import io.agentanalytics.api.view.AlertViews.*;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertMeaning;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Runbook;
import io.agentanalytics.contract.alerts.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Queries for alerts and their history. */
public final class AlertQueries {
    private static final int MAX_HISTORY = 1000;
    private static final int MAX_SYMPTOMS = 200;
    private static final int MAX_BY_ID = 200;
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

    /** Variant of {@link #NUMBERED} for destinations that do not show numbers. */
    private static final String WITHOUT_NUMBERS =
            "SELECT a.*, CAST(NULL AS bigint) AS number FROM store.alerts a";

    private static final String MOST_SEVERE_FIRST =
            "array_position(%s, severity)".formatted(Severity.SQL_DESCENDING);

    private final Handle handle;

    public AlertQueries(Handle handle) {
        this.handle = handle;
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
        return views(
                NUMBERED
                        + " WHERE a.evidence -> 'task_ids' @> to_jsonb(CAST(:task AS text))"
                        + " AND NOT shadow ORDER BY starts_at DESC, alert_id LIMIT :limit",
                Map.of("task", task, "limit", MAX_OF_TASK));
    }

    /** Returns the matching alerts in the order of the filter, starting after its page key. */
    public List<AlertView> alerts(AlertFilter filter) {
        return alerts(filter, filter.order());
    }

    /**
     * Returns the alerts of a range, newest first. If there are many, keeps the most severe, and
     * among equally severe alerts the earliest.
     */
    List<AlertView> mostSevere(TimeRange range) {
        AlertFilter filter =
                AlertFilterBuilder.builder()
                        .from(range.from())
                        .to(range.to())
                        .equal(Map.of("shadow", "false"))
                        .everFired(true)
                        .limit(MAX_MOST_SEVERE)
                        .sort(AlertSort.STARTS_AT)
                        .descending(true)
                        .build();
        return alerts(filter, MOST_SEVERE_FIRST + ", starts_at, alert_id").stream()
                .sorted(
                        Comparator.comparing(AlertView::startsAt)
                                .thenComparing(AlertView::alertId)
                                .reversed())
                .toList();
    }

    private List<AlertView> alerts(AlertFilter filter, String order) {
        Map<String, Object> binds = new HashMap<>(Map.of("limit", filter.limit()));
        return views(
                NUMBERED
                        + filter.conditions(binds)
                        + filter.afterKey(binds)
                        + " ORDER BY "
                        + order
                        + " LIMIT :limit",
                binds);
    }

    private List<AlertView> views(String sql, Map<String, ?> binds) {
        try (Query query = handle.createQuery(sql)) {
            return query.bindMap(binds).map((row, context) -> view(row)).list();
        }
    }

    /** Returns the number of alerts on all pages. */
    public long count(AlertFilter filter) {
        Map<String, Object> binds = new HashMap<>();
        String sql = "SELECT count(*) FROM store.alerts a" + filter.conditions(binds);
        try (Query query = handle.createQuery(sql)) {
            return query.bindMap(binds).mapTo(Long.class).one();
        }
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
                                        new WeightChanges(handle).around(alert),
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
                .map((row, context) -> event(row))
                .list();
    }

    private static AlertEventView event(ResultSet row) throws SQLException {
        String change = row.getString("change");
        Severity severity = Severity.of(row.getString("severity"));
        return AlertEventViewBuilder.builder()
                .at(Rows.time(row, "at"))
                .revision(row.getLong("revision"))
                .change(change)
                .text(AlertChange.text(change, severity))
                .state(AlertState.of(row.getString("state")))
                .severity(severity)
                .description(row.getString("description"))
                .by(row.getString("by"))
                .build();
    }

    private List<AlertView> symptoms(String id) {
        return views(
                NUMBERED + " WHERE inhibited_by = :id ORDER BY starts_at, alert_id LIMIT :limit",
                Map.of("id", id, "limit", MAX_SYMPTOMS));
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
                .bind("limit", MAX_BY_ID)
                .map((row, context) -> view(row))
                .list();
    }

    /**
     * Returns a page of the firing alerts that are sent to Alertmanager, in the order of their IDs.
     *
     * @param after ID of the last alert of the previous page; empty for the first page
     */
    public List<AlertView> firingForAlertmanager(Severity severity, String after, int limit) {
        return views(
                WITHOUT_NUMBERS
                        + " WHERE "
                        + Notified.ALERT
                        + " AND a.state <> 'resolved' AND a.severity = :severity"
                        + " AND a.alert_id > :after ORDER BY a.alert_id LIMIT :limit",
                Map.of("severity", severity.wireName(), "after", after, "limit", limit));
    }

    /** Returns the resolved alerts since that time that are sent to Alertmanager, newest first. */
    public List<AlertView> resolvedForAlertmanager(Severity least, Instant since, int limit) {
        return views(
                WITHOUT_NUMBERS
                        + " WHERE "
                        + Notified.ALERT
                        + " AND a.state = 'resolved' AND a.updated_at >= :since"
                        + " AND array_position("
                        + Severity.SQL_ASCENDING
                        + ", a.severity) >= :least"
                        + " ORDER BY a.ends_at DESC, a.alert_id LIMIT :limit",
                Map.of("since", Windows.time(since), "least", least.ordinal() + 1, "limit", limit));
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
                        FROM store.alerts
                        WHERE starts_at >= :since OR fired_at >= :since OR state <> 'resolved'
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
        Evidence evidence = Rows.json(row, "evidence", new TypeReference<>() {});
        return AlertViewBuilder.builder()
                .alertId(row.getString("alert_id"))
                .number(Rows.number(row, "number"))
                .fingerprint(row.getString("fingerprint"))
                .ruleId(row.getString("rule_id"))
                .ruleVersion(row.getLong("rule_version"))
                .type(type)
                .severity(Severity.of(row.getString("severity")))
                .state(AlertState.of(row.getString("state")))
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
                .evidence(evidence)
                .valueAtFiring(Rows.real(row, "value_at_firing"))
                .valueNow(Rows.real(row, "value_now"))
                .valueNowAt(Rows.instant(row, "value_now_at"))
                .valuePeak(Rows.real(row, "value_peak"))
                .nextStep(Runbook.steps(type).get(0))
                .runbook(AlertView.RUNBOOKS + type)
                .meaning(AlertMeaning.of(type, evidence.unit()))
                .build();
    }
}
