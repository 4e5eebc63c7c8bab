package io.agentanalytics.local;

import io.agentanalytics.api.QueryApi;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Kafka, Postgres and the API, without a job: enough for reports of clients. */
final class ClientsFixture implements AutoCloseable {
    final EmbeddedKafka kafka;
    private final LocalPostgres postgres;
    private final QueryApi api;

    private ClientsFixture(EmbeddedKafka kafka, LocalPostgres postgres, QueryApi api) {
        this.kafka = kafka;
        this.postgres = postgres;
        this.api = api;
    }

    static ClientsFixture start(Path directory) throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
        LocalPostgres postgres =
                LocalPostgres.start(
                        PreparedData.in(directory).resolve("postgres"),
                        Ports.free(),
                        false,
                        Clock.systemUTC());
        ApiOptions options =
                ApiOptions.loopback(0, postgres.jdbcUrl(), "agent_analytics_api")
                        .withPassword(postgres.passwords().of("agent_analytics_api"))
                        .with(Map.of("bootstrap.servers", kafka.bootstrap()), null, false);
        return new ClientsFixture(
                kafka, postgres, QueryApi.start(options, Clock.systemUTC(), null));
    }

    String address() {
        return "http://127.0.0.1:" + api.port();
    }

    /** Sends the report of an instance of the intake: {@code signal:outcome=count} each. */
    void report(String instance, String client, Instant last, String... signals) {
        StringBuilder entries = new StringBuilder();
        for (String signal : signals) {
            String[] parts = signal.split("[:=]", -1);
            entries.append(entries.isEmpty() ? "" : ",")
                    .append(
                            "\"%s\":{\"last\":\"%s\",\"outcomes\":{\"%s\":%s}}"
                                    .formatted(parts[0], last, parts[1], parts[2]));
        }
        String json =
                "{\"instance\":\"%s\",\"client\":\"%s\",\"version\":\"2.1\",\"first\":\"%s\","
                                .formatted(instance, client, last)
                        + "\"last\":\"%s\",\"token\":\"laptop\",\"failures\":\"calls\","
                                .formatted(last)
                        + "\"signals\":{%s}}".formatted(entries);
        send(instance + "|" + client + "|2.1", json.getBytes(StandardCharsets.UTF_8));
    }

    void send(String key, byte @Nullable [] value) {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            producer.send(
                    new ProducerRecord<>(
                            Topics.CLIENTS, key.getBytes(StandardCharsets.UTF_8), value));
            producer.flush();
        }
    }

    /** Sends a dead letter with these headers. */
    void deadLetter(Map<String, String> headers) {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var record =
                    new ProducerRecord<byte[], byte[]>(Topics.DEAD_LETTERS, null, new byte[] {'x'});
            headers.forEach(
                    (name, value) ->
                            record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            producer.send(record);
            producer.flush();
        }
    }

    /** Stores a count, as the job does. */
    void countedByTheJob(String code, long records) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                postgres.jdbcUrl(),
                                "agent_analytics_job",
                                postgres.passwords().of("agent_analytics_job"));
                var insert =
                        connection.prepareStatement(
                                "INSERT INTO store.dead_letter_counts (hour, code, records)"
                                        + " VALUES (date_trunc('hour', now()), ?, ?)")) {
            insert.setString(1, code);
            insert.setLong(2, records);
            insert.execute();
        }
    }

    @Override
    public void close() throws Exception {
        api.close();
        kafka.close();
        postgres.close();
    }
}
