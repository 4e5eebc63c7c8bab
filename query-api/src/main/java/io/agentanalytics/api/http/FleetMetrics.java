package io.agentanalytics.api.http;

import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.clients.Senders;
import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.api.query.BudgetQueries;
import io.agentanalytics.api.query.FleetMetricQueries;
import io.agentanalytics.api.query.FleetMetricQueries.CounterValue;
import io.agentanalytics.api.query.FleetMetricQueries.OpenAlerts;
import io.agentanalytics.api.query.FleetMetricQueries.Weight;
import io.agentanalytics.api.query.HealthQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.contract.budgets.Budget;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics of the fleet. The counters are kept in Postgres, so that they continue after a restart
 * and are the same for every API process. While Postgres does not answer there are none.
 */
final class FleetMetrics implements MultiCollector, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetMetrics.class);

    private static final String DEAD_LETTERS = "agent_analytics_dead_letters_last_day";
    private static final MetricSnapshots NOTHING = MetricSnapshots.of();

    /** Scrapers that come at the same time share an answer. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    /**
     * Counter of the table {@code store.counters}.
     *
     * @param labels label names; those of the fleet's tasks have no provider and model
     */
    private record Family(String metric, String help, List<String> labels) {
        CounterSnapshot of(List<CounterValue> counts) {
            CounterSnapshot.Builder family =
                    CounterSnapshot.builder().name("agent_analytics_" + metric).help(help);
            for (CounterValue count : counts) {
                if (count.metric().equals(metric)) {
                    family.dataPoint(
                            CounterSnapshot.CounterDataPointSnapshot.builder()
                                    .value(count.value())
                                    .labels(labels(count))
                                    .build());
                }
            }
            return family.build();
        }

        private Labels labels(CounterValue count) {
            String[] values =
                    labels.contains("provider")
                            ? new String[] {count.provider(), count.model(), count.label()}
                            : new String[] {count.label()};
            return Labels.of(labels.toArray(String[]::new), Arrays.copyOf(values, labels.size()));
        }
    }

    private static final List<Family> FAMILIES =
            List.of(
                    new Family(
                            "requests",
                            "Requests by provider and model",
                            List.of("provider", "model")),
                    new Family(
                            "request_errors",
                            "Failed requests by error class",
                            List.of("provider", "model", "error_class")),
                    new Family(
                            "tokens",
                            "Tokens of requests; cached_input and cache_write are parts of input,"
                                    + " reasoning is a part of output",
                            List.of("provider", "model", "kind")),
                    new Family(
                            "cost_usd",
                            "Cost of requests in US dollars, as reported or from the price book",
                            List.of("provider", "model", "source")),
                    new Family(
                            "requests_unpriced",
                            "Requests of unknown cost",
                            List.of("provider", "model")),
                    new Family("tasks", "Tasks that ended, by outcome", List.of("outcome")));

    private final HikariDataSource database;
    private final Jdbi jdbi;
    private final Queries queries;
    private final Senders senders;
    private MetricSnapshots newest = NOTHING;
    private long readNanos;

    /** Takes ownership of a connection pool that may write. */
    FleetMetrics(HikariDataSource database, Queries queries, Senders senders) {
        this.database = database;
        this.jdbi = Jdbi.create(database);
        this.queries = queries;
        this.senders = senders;
    }

    @Override
    public synchronized MetricSnapshots collect() {
        long now = System.nanoTime();
        if (newest == NOTHING || now - readNanos > FRESH.toNanos()) {
            try {
                newest = read();
            } catch (JdbiException e) {
                DatabaseErrors.log(LOG, "The metrics of the fleet were not read", e);
                newest = NOTHING;
            }
            readNanos = now;
        }
        return newest;
    }

    private MetricSnapshots read() {
        List<CounterValue> counts =
                jdbi.withHandle(handle -> new FleetMetricQueries(handle).counts());
        MetricSnapshots.Builder metrics = MetricSnapshots.builder();
        for (Family family : FAMILIES) {
            metrics.metricSnapshot(family.of(counts));
        }
        queries.ask(
                handle -> {
                    FleetMetricQueries gauges = new FleetMetricQueries(handle);
                    metrics.metricSnapshot(alerts(gauges.openAlerts()));
                    metrics.metricSnapshot(weights(gauges.weights(queries.now())));
                    metrics.metricSnapshot(deadLetters(handle));
                    var budgets = new BudgetQueries(handle).page("", Budget.MAX_BUDGETS);
                    BudgetMetrics.of(budgets, queries.now()).forEach(metrics::metricSnapshot);
                    return gauges;
                });
        return metrics.build();
    }

    private GaugeSnapshot deadLetters(Handle handle) {
        Instant now = queries.now();
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder()
                        .name(DEAD_LETTERS)
                        .help("Dead letters of the last 24 hours, by code");
        new HealthQueries(handle)
                .deadLetters(now, senders.deadLetters(now))
                .forEach((code, n) -> family.dataPoint(point(n, Labels.of("code", code))));
        return family.build();
    }

    private static GaugeSnapshot alerts(List<OpenAlerts> open) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder()
                        .name("agent_analytics_alerts_open")
                        .help("Alerts that fire or recover, by severity");
        open.forEach(
                alerts ->
                        family.dataPoint(
                                point(alerts.alerts(), Labels.of("severity", alerts.severity()))));
        return family.build();
    }

    private static GaugeSnapshot weights(List<Weight> weights) {
        GaugeSnapshot.Builder family =
                GaugeSnapshot.builder()
                        .name("agent_analytics_provider_weight")
                        .help("Share of a provider that routers follow, 0 to 1");
        weights.forEach(
                w ->
                        family.dataPoint(
                                point(
                                        w.weight(),
                                        Labels.of("scope", w.scope(), "provider", w.provider()))));
        return family.build();
    }

    private static GaugeSnapshot.GaugeDataPointSnapshot point(double value, Labels labels) {
        return GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    @Override
    public List<String> getPrometheusNames() {
        List<String> names = new ArrayList<>();
        FAMILIES.forEach(family -> names.add("agent_analytics_" + family.metric()));
        names.add("agent_analytics_alerts_open");
        names.add(DEAD_LETTERS);
        names.add("agent_analytics_provider_weight");
        names.addAll(BudgetMetrics.NAMES);
        return names;
    }

    @Override
    public void close() {
        database.close();
    }
}
