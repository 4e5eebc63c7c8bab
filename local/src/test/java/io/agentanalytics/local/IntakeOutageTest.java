package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.intake.Intake;
import io.agentanalytics.intake.IntakeOptions;
import io.agentanalytics.intake.IntakeOptionsBuilder;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kafka is away for a while under load: every event that the intake acknowledged is in the topic
 * afterwards, and the events of a task are in order. {@code -Doutage=60} makes it a minute.
 */
class IntakeOutageTest {
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("outage", 15));
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int TASKS = 20;
    private static final int BATCH = 50;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicInteger refused = new AtomicInteger();

    @TempDir Path directory;

    @Test
    void losesNothing_andKeepsTheOrderOfATask() throws Exception {
        int port = Ports.free();
        Path data = directory.resolve("kafka");
        EmbeddedKafka kafka = EmbeddedKafka.start(data, port);
        try (Intake intake = Intake.start(options(kafka.bootstrap()), Clock.systemUTC())) {
            Load load = new Load(intake.httpPort());
            load.awaitBatches(20);
            kafka.close();
            long until = System.nanoTime() + OUTAGE.toNanos();
            await().atMost(PATIENCE).until(() -> System.nanoTime() > until);
            int during = load.batches.get();
            kafka = EmbeddedKafka.start(data, port);
            load.awaitBatches(during + 20);
            load.stop();
            assertThat(refused).hasValue(0);
            assertThat(acknowledged).hasSizeGreaterThan(TASKS * BATCH);
            String bootstrap = kafka.bootstrap();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(missingIn(read(bootstrap))).isEmpty());
            assertInOrder(read(bootstrap));
        } finally {
            kafka.close();
        }
    }

    private IntakeOptions options(String bootstrap) {
        return IntakeOptionsBuilder.builder(
                        IntakeOptions.of(
                                Map.of("bootstrap.servers", bootstrap), directory.resolve("spool")))
                .httpPort(0)
                .grpcPort(0)
                .build();
    }

    /** Each task sends one batch after the other, as a client does. */
    private final class Load {
        final AtomicInteger batches = new AtomicInteger();
        private final List<CompletableFuture<Void>> senders;
        private volatile boolean stopped;

        Load(int port) {
            URI address = URI.create("http://127.0.0.1:" + port + "/events");
            senders =
                    IntStream.range(0, TASKS)
                            .mapToObj(task -> CompletableFuture.runAsync(() -> run(address, task)))
                            .toList();
        }

        private void run(URI address, int task) {
            for (int sent = 0; !stopped; sent += BATCH) {
                int from = sent;
                StringBuilder lines = new StringBuilder();
                for (int i = from; i < from + BATCH; i++) {
                    lines.append(line(task, i)).append('\n');
                }
                if (send(address, lines.toString()) == 200) {
                    IntStream.range(from, from + BATCH)
                            .forEach(i -> acknowledged.add("t" + task + "/" + i));
                } else {
                    refused.incrementAndGet();
                }
                batches.incrementAndGet();
            }
        }

        void awaitBatches(int count) {
            await().atMost(PATIENCE).until(() -> batches.get() >= count);
        }

        void stop() {
            stopped = true;
            senders.forEach(CompletableFuture::join);
        }
    }

    private int send(URI address, String lines) {
        HttpRequest request =
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/x-ndjson")
                        .POST(HttpRequest.BodyPublishers.ofString(lines))
                        .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .join()
                .statusCode();
    }

    private static String line(int task, int number) {
        return ("{\"event_id\":\"%1$d\",\"type\":\"llm_call\",\"time\":\"%2$s\",\"task_id\":\"t%3$d\","
                        + "\"agent_id\":\"a\",\"provider\":\"openai\",\"model\":\"gpt-5\"}")
                .formatted(number, Clock.systemUTC().instant(), task);
    }

    private static List<TaskEvent> read(String bootstrap) throws Exception {
        List<TaskEvent> events = new ArrayList<>();
        EventDecoder decoder = new EventDecoder();
        for (var record :
                TopicContent.of(Map.of("bootstrap.servers", bootstrap), Topics.TASK_EVENTS)) {
            events.add(decoder.decode(record.value()));
        }
        return events;
    }

    /** Returns the acknowledged events that are missing; AssertJ would compare each with each. */
    private Set<String> missingIn(List<TaskEvent> events) {
        Set<String> missing = new HashSet<>(acknowledged);
        events.forEach(e -> missing.remove(e.taskId() + "/" + e.eventId()));
        return missing;
    }

    /** A record may come twice: Kafka may have stored what it did not confirm. */
    private static void assertInOrder(List<TaskEvent> events) {
        Map<String, Integer> newest = new TreeMap<>();
        Set<String> seen = new HashSet<>();
        for (TaskEvent e : events) {
            if (seen.add(e.taskId() + "/" + e.eventId())) {
                int number = Integer.parseInt(e.eventId());
                assertThat(number).isGreaterThan(newest.getOrDefault(e.taskId(), -1));
                newest.put(e.taskId(), number);
            }
        }
    }
}
