package io.agentanalytics.api.http;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;

/** Metrics of the API process, in Prometheus' text form. */
final class Telemetry {
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    @SuppressWarnings("resource") // lives as long as the process
    Telemetry(EventStreams streams) {
        Gauge.builder("http.server.streams", streams, EventStreams::size)
                .description("Event streams that are open")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmGcMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    void observe(JavalinConfig config) {
        config.requestLogger.http((c, millis) -> count(c, millis));
    }

    private void count(Context c, float millis) {
        // The route's template, not the path: ids would make labels without end.
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
        c.contentType("text/plain; version=0.0.4; charset=utf-8").result(registry.scrape());
    }
}
