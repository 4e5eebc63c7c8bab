package io.agentanalytics.api.http;

import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.api.query.Answers.StreamProgress;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.StreamQueries;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.function.ToDoubleFunction;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metrics of the API process and of the fleet in the Prometheus text format. */
final class ApiMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(ApiMetrics.class);
    private final PrometheusMeterRegistry registry = registry();

    private final Queries queries;
    private final Counter refused = errors("4xx");
    private final Counter failed = errors("5xx");
    private volatile @Nullable StreamProgress progress;

    ApiMetrics(
            EventStreams streams, Watch<RouterWeights> watch, Queries queries, FleetMetrics fleet) {
        this.queries = queries;
        registry.getPrometheusRegistry().register(fleet);
        job(
                "agent.analytics.data.through.seconds",
                "Event time reached, epoch seconds",
                p -> seconds(p.dataThrough()));
        job(
                "agent.analytics.job.sampled.seconds",
                "When the job last reported its progress, epoch seconds",
                p -> seconds(p.sampledAt()));
        job("agent.analytics.tasks.pending", "Tasks that wait", p -> (double) p.pending());
        job("agent.analytics.tasks.running", "Tasks under way", p -> (double) p.running());
        Gauge.builder("agent.analytics.database.up", this, t -> t.progress == null ? 0 : 1)
                .description("Whether Postgres answered at this scrape")
                .register(registry);
        Gauge.builder("http.server.streams", streams, EventStreams::size)
                .description("Event streams that are open")
                .register(registry);
        Gauge.builder("http.server.weights.waiting", watch, Watch::waiting)
                .description("Requests for weights that wait for a change")
                .register(registry);
        bindProcess();
    }

    /** Returns a registry that ignores meters whose names promtool reports. */
    private static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        return registry;
    }

    @SuppressWarnings("resource") // open for the lifetime of the process
    private void bindProcess() {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private void job(String name, String description, ToDoubleFunction<StreamProgress> value) {
        Gauge.builder(
                        name,
                        this,
                        t -> t.progress == null ? Double.NaN : value.applyAsDouble(t.progress))
                .description(description)
                .register(registry);
    }

    /**
     * Registers an error counter that starts at 0. The timers by route and status, in contrast,
     * appear with their first request.
     */
    private Counter errors(String status) {
        return Counter.builder("http.server.errors")
                .description("Requests that were refused (4xx) or failed (5xx)")
                .tag("status", status)
                .register(registry);
    }

    private static double seconds(@Nullable Instant time) {
        return time == null ? Double.NaN : time.toEpochMilli() / 1000.0;
    }

    void observe(JavalinConfig config) {
        config.requestLogger.http((c, millis) -> count(c, millis));
    }

    private void count(Context c, float millis) {
        if (c.statusCode() >= 400) {
            (c.statusCode() < 500 ? refused : failed).increment();
        }
        // Uses the route template instead of the path: IDs would lead to unbounded label
        // cardinality.
        var endpoint = c.endpoints().lastHttpEndpoint();
        Timer.builder("http.server.requests")
                .description("Requests by route and status")
                .publishPercentileHistogram()
                .tag("route", endpoint == null ? "none" : endpoint.path)
                .tag("status", Integer.toString(c.statusCode()))
                .register(registry)
                .record(Duration.ofNanos((long) (millis * 1e6)));
    }

    void scrape(Context c) {
        try {
            progress = queries.ask(handle -> new StreamQueries(handle).progress());
        } catch (JdbiException e) {
            DatabaseErrors.log(LOG, "The progress of the job was not read for the metrics", e);
            progress = null;
        }
        c.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
    }
}
