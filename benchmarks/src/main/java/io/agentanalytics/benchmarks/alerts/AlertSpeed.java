package io.agentanalytics.benchmarks.alerts;

import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.harness.SteadyLoad;
import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertJson;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.backtest.TopologyRun;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Benchmark of the cost and the latency of alerts: the throughput of the topology with all rules
 * and with none, one after the other, and the time from sending an event to the record on the
 * topic, under the load of a fleet at a given rate.
 */
@Command(
        name = "alert-speed",
        description = "Cost of the alerts, and latency from an event to the alert on the topic.")
public final class AlertSpeed implements Callable<Integer> {
    private static final int EVENTS = 400_000;
    private static final int ROUNDS = 3;

    /**
     * Number of tasks that establish the usual values, from which the last task of a probe
     * deviates.
     */
    private static final int LEARNED = 40;

    @Mixin final SteadyLoad load = new SteadyLoad(120);

    @Override
    public Integer call() throws Exception {
        throughput();
        return BenchStack.inOneProcess(stack -> new Probes(stack.kafka()).run(load));
    }

    private static void throughput() throws Exception {
        Fleet fleet = new Fleet(3, 500, Instant.parse("2026-01-05T00:00:00Z"), List.of());
        List<TaskEvent> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            events.add(fleet.next());
        }
        double best = 0;
        double bestWithout = 0;
        for (int i = 0; i < ROUNDS; i++) {
            bestWithout = Math.max(bestWithout, rate(events, noRules()));
            best = Math.max(best, rate(events, List.of()));
        }
        System.out.printf(
                Locale.ROOT,
                "throughput of the topology: all rules %.0f events/s, none %.0f events/s,"
                        + " ratio %.2f (best of %d, %d events)%n",
                best,
                bestWithout,
                best / bestWithout,
                ROUNDS,
                EVENTS);
    }

    /** Returns the standard rules, all of them disabled. */
    static List<AlertRule> noRules() {
        return Arrays.stream(AlertType.values())
                .map(AlertRule::standard)
                .map(rule -> AlertRuleBuilder.builder(rule).version(1).enabled(false).build())
                .toList();
    }

    private static double rate(List<TaskEvent> events, List<AlertRule> rules) throws Exception {
        JobOptions options = JobOptions.parse(new String[0], Map.of()).withRules(rules);
        TopologyRun.Result result =
                TopologyRun.run(() -> events.stream().map(Events::received).iterator(), options, 2);
        return events.size() / (result.took().toMillis() / 1000.0);
    }

    /** Probe events among those of a fleet, each of which must raise an alert. */
    private static final class Probes {
        private final Map<String, String> kafka;
        private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
        private final List<Long> quota = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> limit = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> ordered = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> trees = Collections.synchronizedList(new ArrayList<>());

        Probes(Map<String, String> kafka) {
            this.kafka = kafka;
        }

        int run(SteadyLoad load) throws Exception {
            long sent;
            try (TopicFollower alerts = TopicFollower.start(kafka, this::note, Topics.ALERTS);
                    EventPublisher publisher = new EventPublisher(kafka)) {
                learn(publisher, load.seconds());
                sent = load.send(publisher, i -> probe(publisher, i));
                Thread.sleep(Duration.ofSeconds(15).toMillis());
            }
            System.out.printf(
                    Locale.ROOT,
                    "%.0f events/s for %d s; event to record on the topic: quota %s;"
                            + " task over its limit %s; in the order of events %s;"
                            + " tree over its limit %s%n",
                    sent / (double) load.seconds(),
                    load.seconds(),
                    SteadyLoad.summary(quota),
                    SteadyLoad.summary(limit),
                    SteadyLoad.summary(ordered),
                    SteadyLoad.summary(trees));
            return 0;
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
            sentAt.put("tree-" + i, now.toEpochMilli());
            publisher.send(
                    new TaskEventBuilder(EventType.LLM_CALL, "r" + i, now, "tree-" + i, "r-" + i)
                            .on("provider-of-trees", "m")
                            .costNanos(60_000_000_000L) // the limit is 5 USD/min over 5 minutes
                            .build());
        }

        private static TaskEvent ended(String agent, int n, Instant at, long tokens, long nanos) {
            return new TaskEventBuilder(
                            EventType.TASK_COMPLETED, "e", at, agent + "-task-" + n, agent)
                    .durationMillis(100)
                    .tokens(tokens, -1, -1, 10, -1)
                    .costNanos(nanos)
                    .build();
        }

        private void note(ConsumerRecord<String, byte[]> record) throws IOException {
            Alert alert = AlertJson.alert(record.value());
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
                        case RUNAWAY_TREE -> trees;
                        default -> null;
                    };
            if (into != null) {
                into.add(millis);
                sentAt.remove(alert.subject());
            }
        }
    }
}
