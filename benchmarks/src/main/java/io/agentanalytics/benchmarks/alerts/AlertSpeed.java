package io.agentanalytics.benchmarks.alerts;

import io.agentanalytics.benchmarks.SteadyLoad;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertJson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.JobOptions;
import io.agentanalytics.local.LocalStack;
import io.agentanalytics.local.backtest.TopologyRun;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Benchmark of the cost and the latency of alerts: the throughput of the topology with all rules
 * and with none, one after the other, and the time from sending an event to the record on the
 * topic, under the load of a fleet at a given rate.
 */
public final class AlertSpeed {
    private static final int EVENTS = 400_000;
    private static final int ROUNDS = 3;

    /**
     * Number of tasks that establish the usual values, from which the last task of a probe
     * deviates.
     */
    private static final int LEARNED = 40;

    private AlertSpeed() {}

    /** Arguments: events per second, seconds. */
    public static void main(String[] args) throws Exception {
        if (args.length == 2) {
            throughput();
        }
        latency(Double.parseDouble(args[0]), Integer.parseInt(args[1]));
        System.exit(0);
    }

    private static void throughput() throws Exception {
        Fleet fleet = new Fleet(3, 500, Instant.parse("2026-01-05T00:00:00Z"), List.of());
        List<TaskEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            events.add(fleet.next());
        }
        List<AlertRule> off = new ArrayList<>();
        for (AlertType type : AlertType.values()) {
            off.add(off(AlertRule.standard(type)));
        }
        double best = 0;
        double bestWithout = 0;
        for (int i = 0; i < ROUNDS; i++) {
            bestWithout = Math.max(bestWithout, rate(events, off));
            best = Math.max(best, rate(events, List.of()));
        }
        System.out.printf(
                Locale.ROOT,
                "throughput of the topology: all rules %.0f events/s, none %.0f events/s, ratio %.2f (best of %d, %d events)%n",
                best,
                bestWithout,
                best / bestWithout,
                ROUNDS,
                EVENTS);
    }

    private static AlertRule off(AlertRule r) {
        return AlertRuleBuilder.builder()
                .ruleId(r.ruleId())
                .type(r.type())
                .version(1)
                .severity(r.severity())
                .forSeconds(r.forSeconds())
                .keepSeconds(r.keepSeconds())
                .match(r.match())
                .params(r.params())
                .sinceMillis(Long.MIN_VALUE)
                .build();
    }

    private static double rate(List<TaskEvent> events, List<AlertRule> rules) throws Exception {
        JobOptions options = JobOptions.parse(new String[0], Map.of()).withRules(rules);
        TopologyRun.Result result =
                TopologyRun.run(() -> events.stream().map(Events::received).iterator(), options, 2);
        return events.size() / (result.took().toMillis() / 1000.0);
    }

    private static void latency(double rate, int seconds) throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-bench");
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                directory, LocalStack.PortPlan.free(), true, 2, List.of()),
                        Clock.systemUTC(),
                        step -> {})) {
            new Probes(stack).run(rate, seconds);
        }
        org.apache.flink.util.FileUtils.deleteDirectory(directory.toFile());
    }

    /** Probe events among those of a fleet, each of which must raise an alert. */
    private static final class Probes {
        private final LocalStack stack;
        private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
        private final List<Long> quota = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> limit = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> ordered = Collections.synchronizedList(new ArrayList<>());
        private volatile boolean done;
        private long sent;

        Probes(LocalStack stack) {
            this.stack = stack;
        }

        void run(double rate, int seconds) throws Exception {
            Thread reader = new Thread(this::read, "alerts");
            reader.start();
            try (EventPublisher publisher =
                    new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
                learn(publisher, seconds);
                sent = SteadyLoad.send(publisher, rate, seconds, i -> probe(publisher, i));
            }
            Thread.sleep(Duration.ofSeconds(15).toMillis());
            done = true;
            reader.join();
            System.out.printf(
                    Locale.ROOT,
                    "%.0f events/s for %d s; event to record on the topic: quota %s; task over its limit %s; in the order of events %s%n",
                    sent / (double) seconds,
                    seconds,
                    SteadyLoad.summary(quota),
                    SteadyLoad.summary(limit),
                    SteadyLoad.summary(ordered));
        }

        /**
         * Gives the probe agents a history of usual tasks, one second apart, so that a later task
         * can be unusual.
         */
        private static void learn(EventPublisher publisher, int seconds) {
            Instant from = Instant.now().minusSeconds(LEARNED + 5);
            for (int i = 0; i < LEARNED; i++) {
                for (int probe = 0; probe < seconds; probe++) {
                    publisher.send(ended("t-" + probe, i, from.plusSeconds(i), 1000, 1_000_000));
                }
            }
        }

        private void probe(EventPublisher publisher, int i) {
            Instant now = Instant.now();
            sentAt.put("provider-" + i, now.toEpochMilli());
            publisher.send(
                    new TaskEventBuilder(EventType.LLM_CALL, "q" + i, now, "quota-" + i, "q-" + i)
                            .on("provider-" + i, "m")
                            .error("quota", "")
                            .build());
            sentAt.put("l-" + i, now.toEpochMilli());
            publisher.send(ended("l-" + i, 0, now, 1000, 9_000_000_000L));
            sentAt.put("t-" + i, now.toEpochMilli());
            publisher.send(ended("t-" + i, LEARNED, now, 1_000_000, 1_000_000));
        }

        private static TaskEvent ended(String agent, int n, Instant at, long tokens, long nanos) {
            return new TaskEventBuilder(
                            EventType.TASK_COMPLETED, "e", at, agent + "-task-" + n, agent)
                    .durationMillis(100)
                    .tokens(tokens, -1, -1, 10, -1)
                    .costNanos(nanos)
                    .build();
        }

        private void read() {
            Map<String, Object> settings = Map.of("bootstrap.servers", stack.bootstrap());
            try (var consumer =
                    new KafkaConsumer<>(
                            settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                TopicPartition partition = new TopicPartition(Topics.ALERTS, 0);
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                while (!done) {
                    for (ConsumerRecord<byte[], byte[]> record :
                            consumer.poll(Duration.ofMillis(20))) {
                        note(AlertJson.alert(record.value()));
                    }
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private void note(Alert alert) {
            Long at = sentAt.get(alert.subject());
            if (at == null) {
                return;
            }
            long millis = System.currentTimeMillis() - at;
            List<Long> into =
                    switch (alert.type()) {
                        case PROVIDER_QUOTA -> quota;
                        case COST_SPIKE -> limit;
                        case TOKEN_SPIKE -> ordered;
                        default -> null;
                    };
            if (into != null) {
                into.add(millis);
                sentAt.remove(alert.subject());
            }
        }
    }
}
