package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.client.topics.TopicContent;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.StoredRows;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A whole deployment in this JVM for tests: records in, answers and rows out. */
final class Deployed implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where a record was put. */
    record Place(int partition, long offset) {}

    final LocalStack stack;
    private final LocalStack.PortPlan ports;
    private final KafkaProducer<byte[], byte[]> producer;

    private Deployed(LocalStack stack, LocalStack.PortPlan ports) {
        this.stack = stack;
        this.ports = ports;
        this.producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", stack.bootstrap(), "linger.ms", "5"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    static Deployed start(Path directory, String... jobArguments) throws Exception {
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        return new Deployed(
                LocalStack.start(
                        new LocalStack.StackPlan(
                                PreparedData.in(directory), ports, false, 2, List.of(jobArguments)),
                        Clock.systemUTC(),
                        step -> {}),
                ports);
    }

    Future<RecordMetadata> send(byte[] key, byte[] value) {
        return producer.send(new ProducerRecord<>(Topics.TASK_EVENTS, key, value));
    }

    void flush() {
        producer.flush();
    }

    JsonNode get(String path) throws Exception {
        var connection =
                URI.create(stack.address() + "/api/analytics/" + path).toURL().openConnection();
        connection.setRequestProperty("Cache-Control", "no-cache");
        try (var in = connection.getInputStream()) {
            return JSON.readTree(in);
        }
    }

    JsonNode agent(String id) throws Exception {
        return get("agents/"
                        + URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20")
                        + "?from=now-3h")
                .path("agent");
    }

    StoredRows tables() {
        return new StoredRows(stack.databaseUrl());
    }

    /** Dead letters of the last day by code, as the API counts them. */
    Map<String, Long> refusals() throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        get("health")
                .path("dead_letters24h")
                .properties()
                .forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
        return counts;
    }

    /** The topic of dead letters, by the place of the record that each was. */
    Map<Place, ConsumerRecord<byte[], byte[]>> deadLetters(int wanted) {
        Map<Place, ConsumerRecord<byte[], byte[]>> letters = new HashMap<>();
        await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> {
                            TopicContent.forEach(
                                    Map.of("bootstrap.servers", stack.bootstrap()),
                                    Topics.DEAD_LETTERS,
                                    r ->
                                            letters.put(
                                                    new Place(
                                                            Integer.parseInt(
                                                                    header(r, "partition")),
                                                            Long.parseLong(header(r, "offset"))),
                                                    r));
                            return letters.size() >= wanted;
                        });
        return letters;
    }

    static String header(ConsumerRecord<byte[], byte[]> record, String key) {
        return new String(record.headers().lastHeader(key).value(), StandardCharsets.UTF_8);
    }

    /** A metric of the job, summed over subtasks and over what its name ends with. */
    long metric(String ending) throws Exception {
        String flink = "http://127.0.0.1:" + ports.flink() + "/jobs/";
        String job = json(flink).path("jobs").path(0).path("id").asText();
        long sum = 0;
        for (JsonNode vertex : json(flink + job).path("vertices")) {
            String metrics =
                    flink + job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
            for (JsonNode metric : json(metrics)) {
                String name = metric.path("id").asText();
                if (name.endsWith(ending)) {
                    String query =
                            "?agg=sum&get=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
                    sum += json(metrics + query).path(0).path("sum").asLong();
                }
            }
        }
        return sum;
    }

    void assertNeverRestarted() throws Exception {
        assertThat(restarts()).isZero();
    }

    long restarts() throws Exception {
        String flink = "http://127.0.0.1:" + ports.flink() + "/jobs/";
        String job = json(flink).path("jobs").path(0).path("id").asText();
        return json(flink + job + "/metrics?get=numRestarts").path(0).path("value").asLong();
    }

    private static JsonNode json(String address) throws Exception {
        try (var in = URI.create(address).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(30));
        stack.close();
    }
}
