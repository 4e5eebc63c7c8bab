package io.agentanalytics.api.query;

import io.agentanalytics.contract.alerts.Severity;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Queries for the metrics of the fleet: counters, open alerts and weights. */
public final class FleetMetricQueries {
    /** Maximum number of weights; scopes beyond it have no metrics. */
    private static final int MAX_WEIGHTS = 1_000;

    private final Handle handle;

    public FleetMetricQueries(Handle handle) {
        this.handle = handle;
    }

    /**
     * Value of a counter.
     *
     * @param label error class, kind of tokens, source of the cost, or outcome; empty without one
     */
    public record CounterValue(
            String metric, String provider, String model, String label, double value) {}

    /** Number of open alerts of a severity. */
    public record OpenAlerts(String severity, long alerts) {}

    /** Weight of a provider that routers of a scope follow. */
    public record Weight(String scope, String provider, double weight) {}

    /** Brings the counters up to date and returns them; this writes. */
    public List<CounterValue> counts() {
        return handle.createQuery("SELECT * FROM store.read_counters()")
                .map(
                        (row, context) ->
                                new CounterValue(
                                        row.getString("metric"),
                                        row.getString("provider"),
                                        row.getString("model"),
                                        row.getString("label"),
                                        row.getDouble("value")))
                .list();
    }

    /** Returns the number of open alerts of every severity for which notifications are sent. */
    public List<OpenAlerts> openAlerts() {
        return handle.createQuery(
                        """
                        SELECT s.severity, count(a.alert_id) AS alerts
                        FROM unnest(%s) AS s (severity)
                        LEFT JOIN store.alerts a ON a.severity = s.severity
                            AND a.state IN ('firing', 'recovering') AND %s
                        GROUP BY s.severity ORDER BY s.severity
                        """
                                .formatted(Severity.SQL_ASCENDING, Notified.ALERT))
                .map(
                        (row, context) ->
                                new OpenAlerts(row.getString("severity"), row.getLong("alerts")))
                .list();
    }

    /**
     * Returns the weights that are in force for all agents and for agent types. Those of single
     * agents are left out: there may be one for each agent.
     */
    public List<Weight> weights(Instant now) {
        return handle.createQuery(
                        """
                        SELECT d.scope, w.key AS provider, w.value::double precision AS weight
                        FROM store.weight_decisions d CROSS JOIN jsonb_each_text(d.weights) AS w
                        WHERE d.valid_until > :now AND d.mode IN ('live', 'freeze')
                            AND d.scope NOT LIKE 'agent:%'
                        ORDER BY d.scope <> 'global', d.scope, w.key LIMIT :limit
                        """)
                .bind("now", Windows.time(now))
                .bind("limit", MAX_WEIGHTS)
                .map(
                        (row, context) ->
                                new Weight(
                                        row.getString("scope"),
                                        row.getString("provider"),
                                        row.getDouble("weight")))
                .list();
    }
}
