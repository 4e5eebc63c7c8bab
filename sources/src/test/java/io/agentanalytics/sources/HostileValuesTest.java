package io.agentanalytics.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.FragmentRules;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.Topics;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a client writes into an attribute, the mapping either rejects the record or makes one
 * that the job accepts: the job would refuse or, worse, repeat it long after the answer to the
 * client.
 */
class HostileValuesTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final long NANOS = 1_764_230_400_000_000_000L;

    /** Values that are legal in OTLP. */
    private static final List<String> VALUES =
            List.of(
                    "\u200b", // nothing is left of it
                    " \t\n ",
                    "x\0y",
                    "a".repeat(100), // longer than the name of a tag may be
                    "a".repeat(300),
                    "a".repeat(39) + "\uD83D\uDE00".repeat(60), // an emoji at the place of the cut
                    "\u0958".repeat(85), // twice as long when composed (NFC)
                    "\u00e9".repeat(128), // 128 characters, but 256 bytes
                    "e\u0301".repeat(64),
                    "-1",
                    "1e12",
                    "999999999999",
                    "9223372036854775807",
                    "1e-30",
                    "NaN",
                    "{\"agent_id\":\"x\"}",
                    "sk-abcdefghijklmnop");

    /** A record of a client: scope, name and the attributes that make it count. */
    record Template(boolean isLog, String scope, String name, Map<String, String> attributes) {
        @Override
        public String toString() {
            return scope + " " + name + " " + attributes.keySet();
        }
    }

    private static Template log(String scope, String name, String... attributes) {
        return new Template(true, scope, name, attributes(attributes));
    }

    private static Template span(String scope, String name, String... attributes) {
        return new Template(false, scope, name, attributes(attributes));
    }

    private static Map<String, String> attributes(String... pairs) {
        Map<String, String> attributes = new TreeMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            attributes.put(pairs[i], pairs[i + 1]);
        }
        return attributes;
    }

    static List<Template> templates() {
        String claude = "com.anthropic.claude_code.events";
        return List.of(
                log(claude, "user_prompt", "session.id", "s", "prompt.id", "p"),
                log(claude, "api_request", "session.id", "s", "prompt.id", "p", "model", "opus"),
                log(claude, "api_error", "session.id", "s", "agent_id", "a", "error", "boom"),
                log(claude, "tool_result", "session.id", "s", "tool_name", "Bash"),
                log(claude, "subagent_completed", "session.id", "s", "agent_id", "a"),
                log("codex_otel", "codex.user_prompt", "conversation.id", "c"),
                log("codex_otel", "codex.tool_result", "conversation.id", "c"),
                log(
                        "codex_otel",
                        "codex.api_request",
                        "conversation.id",
                        "c",
                        "http.response.status_code",
                        "200"),
                log(
                        "codex_otel",
                        "codex.sse_event",
                        "conversation.id",
                        "c",
                        "event.kind",
                        "response.completed",
                        "input_token_count",
                        "5"),
                log("gemini-cli", "gemini_cli.api_response", "session.id", "s", "model", "m"),
                log("gemini-cli", "gemini_cli.tool_call", "session.id", "s"),
                log("qwen-code", "qwen-code.user_prompt", "session.id", "s"),
                log("qwen-code", "qwen-code.api_error", "session.id", "s", "prompt_id", "p"),
                span("app", "chat", "gen_ai.operation.name", "chat"),
                span("app", "run", "gen_ai.operation.name", "invoke_agent"),
                span("app", "tool", "gen_ai.operation.name", "execute_tool"),
                span("ai", "call", "ai.operationId", "ai.generateText.doGenerate"),
                span("opencode", "call", "ai.operationId", "ai.streamText.doStream"),
                span("gcp.vertex.agent", "call_llm", "gen_ai.request.model", "gemini-2.5-pro"),
                span("codex", "session_task.turn", "thread.id", "t"),
                span("qwen-code", "qwen-code.interaction", "qwen-code.prompt_id", "p"),
                span("com.anthropic.claude_code.tracing", "claude_code.interaction"),
                span("com.anthropic.claude_code.tracing", "claude_code.llm_request"));
    }

    @ParameterizedTest
    @MethodSource("templates")
    void eachAttributeMayHoldAnything(Template template) throws Exception {
        for (String value : VALUES) {
            ArrayNode records = JsonElements.MAPPER.createArrayNode();
            for (String attribute : KeptFields.ofRecord()) {
                records.add(record(template, attribute, value));
            }
            assertAcceptable(map(template, records, Map.of()), value);
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void eachAttributeOfTheResourceMayHoldAnything(Template template) throws Exception {
        for (String value : VALUES) {
            for (String attribute : KeptFields.ofResource()) {
                ArrayNode records = JsonElements.MAPPER.createArrayNode();
                records.add(record(template, "x", "y"));
                assertAcceptable(map(template, records, Map.of(attribute, value)), value);
            }
        }
    }

    private static ObjectNode record(Template template, String attribute, String value) {
        ObjectNode record = JsonElements.MAPPER.createObjectNode();
        record.put("traceId", TRACE).put("spanId", "b7ad6b7169203331");
        record.put("parentSpanId", "00f067aa0ba902b7").put("name", template.name);
        record.put("startTimeUnixNano", Long.toString(NANOS));
        record.put("endTimeUnixNano", Long.toString(NANOS + 1_000_000_000));
        Map<String, String> attributes = new TreeMap<>(template.attributes);
        if (template.isLog) {
            attributes.put("event.name", template.name);
        }
        attributes.put(attribute, value);
        record.set("attributes", encoded(attributes));
        return record;
    }

    private static ArrayNode encoded(Map<String, String> attributes) {
        ArrayNode list = JsonElements.MAPPER.createArrayNode();
        attributes.forEach(
                (name, value) ->
                        list.addObject()
                                .put("key", name)
                                .putObject("value")
                                .put("stringValue", value));
        return list;
    }

    private static Mapped map(Template template, ArrayNode records, Map<String, String> resource)
            throws Exception {
        ObjectNode body = JsonElements.MAPPER.createObjectNode();
        ObjectNode whole =
                body.putArray(template.isLog ? "resourceLogs" : "resourceSpans").addObject();
        String service = template.scope.endsWith("-cli") ? template.scope : "svc";
        Map<String, String> all = new TreeMap<>(Map.of("service.name", service));
        all.putAll(resource);
        whole.putObject("resource").set("attributes", encoded(all));
        ObjectNode scope = whole.putArray(template.isLog ? "scopeLogs" : "scopeSpans").addObject();
        scope.putObject("scope").put("name", template.scope);
        scope.set(template.isLog ? "logRecords" : "spans", records);
        return new Sources(Clock.systemUTC())
                .otlp(
                        template.isLog ? TelemetrySignal.LOGS : TelemetrySignal.TRACES,
                        true,
                        JsonElements.MAPPER.writeValueAsBytes(body),
                        Caller.ANYONE);
    }

    private static void assertAcceptable(Mapped mapped, String value) {
        assertThat(mapped.records()).isNotEmpty();
        EventDecoder decoder = new EventDecoder();
        for (Outgoing record : mapped.records()) {
            assertThatCode(() -> decode(record, decoder))
                    .as("value %d of the list", VALUES.indexOf(value))
                    .doesNotThrowAnyException();
        }
    }

    private static void decode(Outgoing record, EventDecoder decoder) throws InvalidEventException {
        switch (record.topic()) {
            case Topics.SPANS -> {
                Fragment fragment = FragmentCodec.decode(record.value(), decoder);
                FragmentRules.check(fragment);
            }
            case Topics.TASK_EVENTS -> decoder.decode(record.value());
            default -> assertThat(record.topic()).isEqualTo(Topics.DEAD_LETTERS);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "trace_id", "model", "custom_llm_provider", "status", "tag"})
    void eachFieldOfLiteLlmMayHoldAnything(String field) throws Exception {
        for (String value : VALUES) {
            ObjectNode call = JsonElements.MAPPER.createObjectNode();
            call.put("id", "c1").put("status", "success").put("endTime", 1_764_230_401);
            call.put("model", "gpt-4o");
            if (field.equals("tag")) {
                call.putArray("request_tags").add(value.replace(':', ' ') + ":v").add(":v");
            } else {
                call.put(field, value);
            }
            Mapped mapped =
                    new Sources(Clock.systemUTC())
                            .liteLlm(JsonElements.MAPPER.writeValueAsBytes(call), Caller.ANYONE);
            assertAcceptable(mapped, value);
            if (field.equals("tag")) {
                assertThat(mapped.rejected()).as("a tag refuses no call").isZero();
            }
        }
    }

    /** The ids of a log record are the trace in which it was written; many have none. */
    @ParameterizedTest
    @CsvSource({"'', 2", "0, 2", "xyz, 2", "0af7651916cd43dd8448eb211c80319c, 3"})
    void aPromptJoinsOnlyATrace(String traceId, int records) throws Exception {
        Template prompt = templates().get(0);
        ArrayNode list = JsonElements.MAPPER.createArrayNode();
        list.add(record(prompt, "x", "y").put("traceId", traceId));
        list.add(record(prompt, "prompt.id", "\u200b").put("traceId", "ab".repeat(5000)));
        Mapped mapped = map(prompt, list, Map.of());
        assertThat(mapped.records())
                .filteredOn(record -> !record.topic().equals(Topics.DEAD_LETTERS))
                .hasSize(records);
        assertAcceptable(mapped, traceId);
    }
}
