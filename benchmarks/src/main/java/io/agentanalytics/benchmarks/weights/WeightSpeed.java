package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.api.Controls;
import io.agentanalytics.benchmarks.SteadyLoad;
import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.local.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Benchmark of the weight latency: the time from sending an event that excludes a provider to the
 * record on the topic, under the load of a fleet at a given rate, and the time until fifty routers
 * use the same version.
 */
public final class WeightSpeed {
    private static final int ROUTERS = 50;

    private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
    private final List<Long> records = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> agreement = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, String> kafka;
    private volatile boolean done;

    private WeightSpeed(Map<String, String> kafka) {
        this.kafka = kafka;
    }

    /** Arguments: events per second, seconds. */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-bench");
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                directory, LocalStack.PortPlan.free(), true, 2, List.of()),
                        Clock.systemUTC(),
                        step -> {})) {
            new WeightSpeed(Map.of("bootstrap.servers", stack.bootstrap()))
                    .run(Double.parseDouble(args[0]), Integer.parseInt(args[1]));
        }
        org.apache.flink.util.FileUtils.deleteDirectory(directory.toFile());
        System.exit(0);
    }

    private void run(double rate, int seconds) throws Exception {
        try (Controls controls = Controls.start(kafka)) {
            controls.put(
                    RoutingPolicy.of(WeightScope.GLOBAL)
                            .deciding(List.of(WeightScope.AGENT_TYPE_LEVEL), "bench"),
                    "benchmark");
        }
        List<ProviderWeights> routers = new ArrayList<>();
        for (int i = 0; i < ROUTERS; i++) {
            routers.add(ProviderWeights.follow(kafka, Fleet.PROVIDERS));
        }
        Thread reader = new Thread(this::read, "records");
        Thread watcher = new Thread(() -> watch(routers), "routers");
        reader.start();
        watcher.start();
        long sent;
        try (EventPublisher publisher = new EventPublisher(kafka)) {
            sent = SteadyLoad.send(publisher, rate, seconds, i -> probe(publisher, i));
        }
        done = true;
        reader.join();
        watcher.join();
        routers.forEach(ProviderWeights::close);
        System.out.printf(
                Locale.ROOT,
                "%.0f events/s for %d s; event to record on the topic: %s, %d without an answer; from the first of %d routers to the last: %s%n",
                sent / (double) seconds,
                seconds,
                SteadyLoad.summary(records),
                sentAt.size(),
                ROUTERS,
                SteadyLoad.summary(agreement));
    }

    /** Sends an event about an exhausted quota, for an agent type with its own weights. */
    private void probe(EventPublisher publisher, int i) {
        Instant now = Instant.now();
        String type = "probe-" + i;
        sentAt.put(WeightScope.ofAgentType(type), now.toEpochMilli());
        publisher.send(
                new TaskEventBuilder(EventType.LLM_CALL, "e", now, "task-of-" + type, "agent-" + i)
                        .agentType(type)
                        .on("probed", "m")
                        .error("quota", "")
                        .build());
    }

    private void read() {
        try (var consumer =
                new KafkaConsumer<>(
                        Map.<String, Object>copyOf(kafka),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(Topics.PROVIDER_WEIGHTS, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            while (!done) {
                for (var record : consumer.poll(Duration.ofMillis(20))) {
                    Long at = sentAt.remove(new String(record.key(), StandardCharsets.UTF_8));
                    if (at != null) {
                        records.add(System.currentTimeMillis() - at);
                    }
                }
            }
        }
    }

    private void watch(List<ProviderWeights> routers) {
        Map<Long, Long> first = new HashMap<>();
        long agreed = 0;
        while (!done) {
            long now = System.currentTimeMillis();
            List<Long> versions =
                    routers.stream().map(router -> router.version(WeightScope.GLOBAL)).toList();
            long newest = Collections.max(versions);
            long oldest = Collections.min(versions);
            first.putIfAbsent(newest, now);
            if (oldest == newest && newest > agreed) {
                agreement.add(now - first.getOrDefault(newest, now));
                agreed = newest;
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
