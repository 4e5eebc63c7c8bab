package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No content leaves the mapping: every text of every recorded body is marked, except those whose
 * values are the purpose of the product, and no record for Kafka may hold the mark.
 */
class ContentTest {
    private static final String MARK = "-M4RK-";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Attributes whose values are shown or decide what a record is: ids, names, kinds, numbers. */
    private static final Set<String> SHOWN =
            Set.of(
                    "service.name",
                    "service.version",
                    "team",
                    "department",
                    "env",
                    "deployment.environment",
                    "deployment.environment.name",
                    "repo",
                    "branch",
                    "event.name",
                    "event.kind",
                    "session.id",
                    "conversation.id",
                    "thread.id",
                    "prompt.id",
                    "prompt_id",
                    "qwen-code.prompt_id",
                    "gen_ai.conversation.id",
                    "ai.telemetry.metadata.sessionId",
                    "traceloop.association.properties.session_id",
                    "mastra.metadata.sessionId",
                    "gcp.vertex.agent.session_id",
                    "agent_id",
                    "agent_name",
                    "agent_type",
                    "agent.name",
                    "subagent_name",
                    "gen_ai.agent.name",
                    "gen_ai.agent.id",
                    "ai.telemetry.functionId",
                    "traceloop.entity.name",
                    "query_source",
                    "role",
                    "gen_ai.operation.name",
                    "ai.operationId",
                    "openinference.span.kind",
                    "traceloop.span.kind",
                    "request_id",
                    "response_id",
                    "gen_ai.response.id",
                    "ai.response.id",
                    "anthropic.provider",
                    "auth_type",
                    "gen_ai.provider.name",
                    "gen_ai.system",
                    "ai.model.provider",
                    "llm.provider",
                    "llm.system",
                    "model",
                    "gen_ai.request.model",
                    "gen_ai.response.model",
                    "ai.model.id",
                    "ai.response.model",
                    "llm.model_name",
                    "llm.response.model_name",
                    "tool_name",
                    "function_name",
                    "gen_ai.tool.name",
                    "ai.toolCall.name",
                    "tool.name",
                    "tool_use_id",
                    "call_id",
                    "openai.response.service_tier",
                    "gen_ai.openai.response.service_tier");

    static List<Path> bodies() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/resources/recordings"))) {
            return files.filter(
                            f ->
                                    f.getFileName()
                                            .toString()
                                            .matches(
                                                    "\\d+-(traces|logs|metrics|other)"
                                                            + "\\.(pb|json)(\\.gz)?"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void noContentIsPassedOn(Path file) throws Exception {
        String name = file.getFileName().toString();
        byte[] body = Files.readAllBytes(file);
        if (name.endsWith(".gz")) {
            body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
        }
        Sources sources = new Sources(Clock.systemUTC());
        Mapped mapped;
        if (name.contains("-other")) {
            mapped = sources.claudeHook(markedHook(body), "", Caller.ANYONE);
        } else {
            TelemetrySignal signal =
                    name.contains("-traces")
                            ? TelemetrySignal.TRACES
                            : name.contains("-logs")
                                    ? TelemetrySignal.LOGS
                                    : TelemetrySignal.METRICS;
            boolean json = name.contains(".json");
            byte[] marked = json ? markedJson(body) : marked(signal, body);
            assertThat(new String(marked, StandardCharsets.UTF_8)).contains(MARK);
            mapped = sources.otlp(signal, json, marked, Caller.ANYONE);
            assertThat(mapped.records().size())
                    .isEqualTo(sources.otlp(signal, json, body, Caller.ANYONE).records().size());
        }
        for (Outgoing record : mapped.records()) {
            String text = new String(record.value(), StandardCharsets.UTF_8);
            assertThat(text + record.key() + record.headers()).doesNotContain(MARK);
        }
    }

    private static byte[] marked(TelemetrySignal signal, byte[] body) throws IOException {
        Message.Builder request =
                switch (signal) {
                    case TRACES -> ExportTraceServiceRequest.newBuilder();
                    case LOGS -> ExportLogsServiceRequest.newBuilder();
                    default -> ExportMetricsServiceRequest.newBuilder();
                };
        request.mergeFrom(body);
        mark(request, "");
        return request.build().toByteArray();
    }

    private static void mark(Message.Builder message, String outer) {
        String key = outer;
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            if (field.getKey().getName().equals("key")) {
                key = (String) field.getValue();
            }
        }
        for (FieldDescriptor field : List.copyOf(message.getAllFields().keySet())) {
            boolean text = Set.of("string_value", "message").contains(field.getName());
            if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (field.isRepeated()) {
                    for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
                        mark(message.getRepeatedFieldBuilder(field, i), key);
                    }
                } else {
                    mark(message.getFieldBuilder(field), key);
                }
            } else if (text && !SHOWN.contains(key)) {
                message.setField(field, message.getField(field) + MARK);
            }
        }
    }

    private static byte[] markedJson(byte[] body) throws IOException {
        JsonNode request = JSON.readTree(body);
        mark(request, "");
        return JSON.writeValueAsBytes(request);
    }

    private static void mark(JsonNode node, String outer) {
        if (node instanceof ArrayNode list) {
            list.forEach(element -> mark(element, outer));
        } else if (node instanceof ObjectNode object) {
            String key = object.path("key").asText(outer);
            for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                JsonNode value = object.get(name);
                boolean text = Set.of("stringValue", "message").contains(name);
                if (text && value.isTextual() && !SHOWN.contains(key)) {
                    object.put(name, value.asText() + MARK);
                } else {
                    mark(value, key);
                }
            }
        }
    }

    private static byte[] markedHook(byte[] body) throws IOException {
        ObjectNode hook = (ObjectNode) JSON.readTree(body);
        List<String> names = new ArrayList<>();
        hook.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            if (hook.get(name).isTextual()
                    && !Set.of("hook_event_name", "session_id", "prompt_id").contains(name)) {
                hook.put(name, hook.get(name).asText() + MARK);
            }
        }
        return JSON.writeValueAsBytes(hook);
    }
}
