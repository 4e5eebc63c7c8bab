package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code agent-analytics dead-letters}, on a Kafka. */
class DeadLettersCommandTest {
    @TempDir static Path directory;
    private static EmbeddedKafka kafka;
    private String printed = "";

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
        send("{\"type\":\u001b[31m", "malformed_json", placed("task-events", "3", "17"));
        send("{}", "too_late", placed("spans", "-1", "-1"));
        send("traces scope=app", "out_of_range", Map.of("topic", "intake"));
        send("{\"event_id\":\"1\"}", "bad_time", Map.of("topic", "intake"));
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private static Map<String, String> placed(String topic, String partition, String offset) {
        return Map.of("topic", topic, "partition", partition, "offset", offset);
    }

    private static void send(String raw, String code, Map<String, String> headers) {
        try (var producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            var record =
                    new ProducerRecord<byte[], byte[]>(
                            Topics.DEAD_LETTERS, null, raw.getBytes(StandardCharsets.UTF_8));
            header(record, "code", code);
            header(record, "detail", "why " + code);
            headers.forEach((name, value) -> header(record, name, value));
            producer.send(record);
            producer.flush();
        }
    }

    private static void header(ProducerRecord<byte[], byte[]> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private int run(String... options) {
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(Stream.of(options).toList());
        all.addAll(List.of("--bootstrap", kafka.bootstrap()));
        CommandRun run = CommandRun.of(all);
        printed = run.printed();
        return run.code();
    }

    @Test
    void showsCodePlaceDetailAndRecord_withoutControlCharacters() {
        assertThat(run()).as(printed).isZero();
        assertThat(printed)
                .containsPattern("Z  malformed_json  task-events/3@17\n    why malformed_json\n")
                .containsPattern("Z  out_of_range  intake\n    why out_of_range\n    traces scope")
                .doesNotContain("\u001b");
    }

    @Test
    void choosesCodeTimeAndNumber() {
        assertThat(run("--code", "bad_time")).isZero();
        assertThat(printed).contains("bad_time").doesNotContain("out_of_range", "malformed");
        assertThat(run("--limit", "2")).isZero();
        assertThat(printed).contains("bad_time", "out_of_range").doesNotContain("malformed");
        assertThat(run("--since", "2999-01-01")).isZero();
        assertThat(printed).isEmpty();
        assertThat(run("--since", "2020-01-01")).isZero();
        assertThat(printed.lines()).hasSize(12);
    }

    @Test
    void jsonHasTheWholeRecord() throws Exception {
        assertThat(run("--json", "--code", "malformed_json")).isZero();
        JsonNode letter = new ObjectMapper().readTree(printed);
        assertThat(letter.path("raw").asText()).isEqualTo("{\"type\":\u001b[31m");
        assertThat(letter.path("topic").asText()).isEqualTo("task-events");
        assertThat(letter.path("offset").asLong()).isEqualTo(17);
        assertThat(run("--json", "--code", "bad_time")).isZero();
        assertThat(new ObjectMapper().readTree(printed).path("offset").isNull()).isTrue();
    }

    /** An event that the job made from spans. */
    @Test
    void anEventWithoutAPosition_hasItsTopicAlone() throws Exception {
        assertThat(run("--code", "too_late")).isZero();
        assertThat(printed).contains("Z  too_late  spans\n");
        assertThat(run("--json", "--code", "too_late")).isZero();
        JsonNode letter = new ObjectMapper().readTree(printed);
        assertThat(letter.path("partition").isNull()).isTrue();
        assertThat(letter.path("offset").isNull()).isTrue();
    }

    @Test
    void wrongOptions_areNamed() {
        assertThat(run("--limit", "0")).isEqualTo(1);
        assertThat(printed).contains("--limit is 0");
        assertThat(run("--since", "long")).isEqualTo(1);
        assertThat(printed).contains("--since is 'long'");
    }
}
