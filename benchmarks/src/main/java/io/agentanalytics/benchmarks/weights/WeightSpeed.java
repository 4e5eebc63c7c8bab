package io.agentanalytics.benchmarks.weights;

import io.agentanalytics.api.control.Controls;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.harness.SteadyLoad;
import io.agentanalytics.client.ProviderWeights;
import io.agentanalytics.client.topics.TopicFollower;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Benchmark of the weight latency: the time from sending an event that excludes a provider to the
 * record on the topic, under the load of a fleet at a given rate, and the time until fifty routers
 * use the same version.
 */
@Command(
        name = "weight-speed",
        description =
                "Latency from an event that excludes a provider to the weights of all routers.")
public final class WeightSpeed implements Callable<Integer> {
    private static final int ROUTERS = 50;

    @Mixin final SteadyLoad load = new SteadyLoad(150);

    private final Map<String, Long> sentAt = new ConcurrentHashMap<>();
    private final List<Long> records = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> agreement = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean done;

    @Override
    public Integer call() throws Exception {
        return BenchStack.inOneProcess(stack -> run(stack.kafka()));
    }

    private int run(Map<String, String> kafka) throws Exception {
        try (Controls controls = Controls.start(kafka)) {
            controls.change(
                    WeightScope.GLOBAL,
                    (own, inForce) -> own.deciding(List.of(WeightScope.AGENT_TYPE_LEVEL)),
                    "benchmark");
        }
        List<ProviderWeights> routers = new ArrayList<>();
        for (int i = 0; i < ROUTERS; i++) {
            routers.add(ProviderWeights.follow(kafka, Fleet.PROVIDERS));
        }
        Thread watcher = new Thread(() -> watch(routers), "routers");
        watcher.start();
        long sent;
        try (TopicFollower reader =
                        TopicFollower.start(kafka, this::read, Topics.PROVIDER_WEIGHTS);
                EventPublisher publisher = new EventPublisher(kafka)) {
            sent = load.send(publisher, i -> probe(publisher, i));
        }
        done = true;
        watcher.join();
        routers.forEach(ProviderWeights::close);
        System.out.printf(
                Locale.ROOT,
                "%.0f events/s for %d s; event to record on the topic: %s, %d without an answer;"
                        + " from the first of %d routers to the last: %s%n",
                sent / (double) load.seconds(),
                load.seconds(),
                SteadyLoad.summary(records),
                sentAt.size(),
                ROUTERS,
                SteadyLoad.summary(agreement));
        return 0;
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

    private void read(ConsumerRecord<String, byte[]> record) {
        Long at = sentAt.remove(record.key());
        if (at != null) {
            records.add(System.currentTimeMillis() - at);
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
