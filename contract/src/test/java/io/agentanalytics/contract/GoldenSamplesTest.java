package io.agentanalytics.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples in {@code golden/} stay readable: add samples, never change one. */
class GoldenSamplesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static byte[] bytes(String resource) throws IOException {
        try (InputStream in = GoldenSamplesTest.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        }
    }

    private static Schema schema() throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(new String(bytes("/task-event.schema.json"), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @EnumSource
    void staysReadable(EventType type) throws Exception {
        byte[] sample = bytes("/golden/" + type.wireName() + ".json");
        TaskEvent event = new EventDecoder().decode(sample);
        assertThat(event.type()).isEqualTo(type);
        assertThat(JSON.readTree(EventEncoder.encode(event))).isEqualTo(JSON.readTree(sample));
    }

    @ParameterizedTest
    @EnumSource
    void satisfiesTheSchema(EventType type) throws Exception {
        JsonNode sample = JSON.readTree(bytes("/golden/" + type.wireName() + ".json"));
        assertThat(schema().validate(sample)).isEmpty();
    }

    /** Samples that were added later, each with fields that the first sample of its type lacks. */
    @ParameterizedTest
    @ValueSource(strings = "llm_call_tier")
    void laterSamplesStayReadable(String name) throws Exception {
        byte[] sample = bytes("/golden/" + name + ".json");
        TaskEvent event = new EventDecoder().decode(sample);
        assertThat(JSON.readTree(EventEncoder.encode(event))).isEqualTo(JSON.readTree(sample));
        assertThat(schema().validate(JSON.readTree(sample))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"event_id\":\"e\",\"type\":\"task_exploded\","
                        + "\"time\":\"2026-11-22T14:02:10Z\",\"task_id\":\"t\","
                        + "\"agent_id\":\"a\"}",
                "{\"event_id\":\"e\",\"type\":\"llm_call\","
                        + "\"time\":\"2026-11-22T14:02:10Z\",\"task_id\":\"t\","
                        + "\"agent_id\":\"a\"}",
                "{\"event_id\":\"e\",\"type\":\"task_verdict\","
                        + "\"time\":\"2026-11-22T14:02:10Z\",\"task_id\":\"t\","
                        + "\"agent_id\":\"a\"}",
                "{\"event_id\":\"e\",\"type\":\"task_started\","
                        + "\"time\":\"2026-11-22T14:02:10Z\",\"task_id\":\"t\","
                        + "\"agent_id\":\"a\",\"input_tokens\":-1}"
            })
    void schemaAndDecoderRefuseTheSameSamples(String json) throws Exception {
        assertThat(schema().validate(JSON.readTree(json))).isNotEmpty();
        assertThat(refused(json)).isTrue();
    }

    private static boolean refused(String json) {
        try {
            new EventDecoder().decode(json.getBytes(StandardCharsets.UTF_8));
            return false;
        } catch (InvalidEventException e) {
            return true;
        }
    }

    @Test
    void schemaKnowsEveryFieldThatIsWritten() throws Exception {
        JsonNode properties = JSON.readTree(bytes("/task-event.schema.json")).path("properties");
        for (EventType type : EventType.values()) {
            JSON.readTree(bytes("/golden/" + type.wireName() + ".json"))
                    .fieldNames()
                    .forEachRemaining(
                            field -> assertThat(properties.has(field)).as(field).isTrue());
        }
        Stream<String> types = Stream.of(EventType.values()).map(EventType::wireName);
        assertThat(
                        Arrays.asList(
                                JSON.treeToValue(
                                        properties.path("type").path("enum"), String[].class)))
                .containsExactlyElementsOf(types.toList());
    }
}
