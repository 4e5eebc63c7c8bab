package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.simulator.EventPublisher;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broken input beside good: every record is counted or refused with its reason, none stops the job.
 */
class RefusalTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir Path directory;

    private static String event(String id, Instant time) {
        return "{\"event_id\":\"%s\",\"type\":\"llm_call\",\"time\":\"%s\",\"task_id\":\"%s\",\"agent_id\":\"a\",\"provider\":\"openai\",\"model\":\"gpt-5\",\"cost_usd\":0.25}"
                .formatted(id, time, id);
    }

    @Test
    void badRecordsAreRefused_goodOnesCounted_nothingRestarts() throws Exception {
        Instant now = Instant.now();
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.Plan(directory, ports, false, 2, List.of()),
                        Clock.systemUTC(),
                        step -> {})) {
            try (EventPublisher publisher =
                    new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
                send(publisher, "old", event("old", now.minus(Duration.ofDays(5))));
                publisher.flush();
                for (int i = 0; i < 50; i++) {
                    send(publisher, "good-" + i, event("good-" + i, now.minusSeconds(i)));
                    send(publisher, "", "{\"broken\": " + i);
                }
                send(publisher, "x", event("too-old", now.minus(Duration.ofDays(40))));
                send(publisher, "x", event("future", now.plus(Duration.ofHours(1))));
                send(publisher, "x", "x".repeat(1_000_000));
                send(publisher, "x", event("nul\\u0000", now));
                publisher.flush();
            }
            Map<String, Long> expected =
                    new TreeMap<>(
                            Map.of(
                                    "malformed_json",
                                    50L,
                                    "too_old",
                                    1L,
                                    "future_time",
                                    1L,
                                    "too_large",
                                    1L,
                                    "control_character",
                                    1L));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> {
                                assertThat(refusals(stack)).isEqualTo(expected);
                                assertThat(requests(stack, "now-1h")).isEqualTo(50);
                                assertThat(requests(stack, "now-7d")).isEqualTo(51);
                            });
            assertThat(deadLetters(stack, 54)).isEqualTo(expected);
            assertThat(restarts(ports.flink())).isZero();
        }
    }

    private static void send(EventPublisher publisher, String key, String value) {
        publisher.send(key, value.getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode get(String address) throws Exception {
        try (var in = URI.create(address).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }

    private static long requests(LocalStack stack, String from) throws Exception {
        return get(stack.address() + "/api/analytics/overview?from=" + from)
                .path("requests")
                .asLong();
    }

    private static Map<String, Long> refusals(LocalStack stack) throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        get(stack.address() + "/api/analytics/health")
                .path("dead_letters24h")
                .properties()
                .forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
        return counts;
    }

    /** The topic's records by code, each with its reason and whence it came. */
    private static Map<String, Long> deadLetters(LocalStack stack, int wanted) {
        Map<String, Long> counts = new HashMap<>();
        Map<String, Object> config = Map.of("bootstrap.servers", stack.bootstrap());
        try (var consumer =
                new KafkaConsumer<>(
                        config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition partition = new TopicPartition(Topics.DEAD_LETTERS, 0);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                for (ConsumerRecord<byte[], byte[]> r :
                                        consumer.poll(Duration.ofMillis(200))) {
                                    counts.merge(header(r, "code"), 1L, Long::sum);
                                    assertThat(header(r, "detail")).isNotBlank();
                                    assertThat(Long.parseLong(header(r, "offset"))).isNotNegative();
                                    assertThat(r.value().length)
                                            .isLessThanOrEqualTo(EventDecoder.MAX_BYTES);
                                }
                                return counts.values().stream().mapToLong(Long::longValue).sum()
                                        >= wanted;
                            });
        }
        return new TreeMap<>(counts);
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String key) {
        return new String(record.headers().lastHeader(key).value(), StandardCharsets.UTF_8);
    }

    private static long restarts(int port) throws Exception {
        String flink = "http://127.0.0.1:" + port + "/jobs/";
        String job = get(flink).path("jobs").path(0).path("id").asText();
        return get(flink + job + "/metrics?get=numRestarts").path(0).path("value").asLong();
    }
}
