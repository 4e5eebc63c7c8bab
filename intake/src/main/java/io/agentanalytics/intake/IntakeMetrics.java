package io.agentanalytics.intake;

import io.agentanalytics.intake.delivery.Delivery;
import io.agentanalytics.intake.delivery.Spool;
import io.agentanalytics.sources.ClientKey;
import io.agentanalytics.sources.Mapped;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** Metrics of the intake in the Prometheus text format. */
final class IntakeMetrics {
    /** Clients choose their names and versions, so the number of labels must be bounded. */
    private static final int MAX_CLIENTS = 200;

    private static final ClientKey OTHER = new ClientKey("other", "");
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Set<ClientKey> clients = ConcurrentHashMap.newKeySet();
    private final Timer delivered =
            Timer.builder("intake.delivery")
                    .description("Time until a batch was confirmed by Kafka or by the spool")
                    .publishPercentileHistogram()
                    .register(registry);

    IntakeMetrics(Delivery delivery, BodyMemory memory) {
        Spool spool = delivery.spool();
        gauge("intake.spool.bytes", "Bytes of the spool on disk", spool, Spool::bytes);
        gauge("intake.spool.records", "Records that wait in the spool", spool, Spool::records);
        gauge(
                "intake.spool.oldest.age.seconds",
                "Age of the oldest record in the spool",
                spool,
                s -> s.oldestAge().toMillis() / 1000.0);
        gauge(
                "intake.kafka.direct",
                "1 if batches go to Kafka directly, 0 if they go to the spool",
                delivery,
                d -> d.isDirect() ? 1 : 0);
        gauge(
                "intake.body.memory.free.bytes",
                "Memory that is free for request bodies",
                memory,
                BodyMemory::free);
        FunctionCounter.builder("intake.spool.lost.bytes", spool, Spool::lostBytes)
                .description("Bytes of the spool that were damaged on the disk and are lost")
                .register(registry);
        FunctionCounter.builder("intake.records.refused", delivery, Delivery::refused)
                .description("Records that Kafka refused, which became dead letters")
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).register(registry);
    }

    /**
     * Counts an answered request.
     *
     * @param path path of a route, not of the request: paths have no bound
     */
    void answered(String path, int status, Duration duration) {
        Timer.builder("intake.requests")
                .description("Requests by path and status")
                .publishPercentileHistogram()
                .tag("path", path)
                .tag("status", Integer.toString(status))
                .register(registry)
                .record(duration);
    }

    /** Counts the records of a batch by client, version, signal and outcome. */
    void received(Mapped mapped) {
        mapped.tallies()
                .forEach(
                        (tally, records) -> {
                            ClientKey client = bounded(tally.client());
                            Counter.builder("intake.records")
                                    .description("Records by client, signal and outcome")
                                    .tag("client", client.client())
                                    .tag("version", client.version())
                                    .tag("signal", tally.signal().wireName())
                                    .tag("outcome", tally.outcome())
                                    .register(registry)
                                    .increment(records);
                        });
    }

    private ClientKey bounded(ClientKey client) {
        boolean isListed =
                clients.contains(client) || (clients.size() < MAX_CLIENTS && clients.add(client));
        return isListed ? client : OTHER;
    }

    /**
     * Counts a question whether budgets allow work.
     *
     * @param answer allowed, stopped, or unknown if a budget could not be enforced
     */
    void asked(String answer) {
        Counter.builder("intake.budget.questions")
                .description("Questions of hooks whether budgets allow work, by answer")
                .tag("answer", answer)
                .register(registry)
                .increment();
    }

    void delivered(Duration duration) {
        delivered.record(duration);
    }

    String scrape() {
        return registry.scrape();
    }
}
