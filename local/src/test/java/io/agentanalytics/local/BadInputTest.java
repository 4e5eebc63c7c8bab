package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.EventDecoder;
import io.agentanalytics.local.Deployed.Place;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broken, unusual and hostile events, sent through Kafka to the running job together with good
 * ones: each test is a row of the table of bad input.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final int GOOD = 500;
    private static final int STRANGERS = 2000;
    private static final int MAX_AGENTS = 400;
    private static final Instant NOW = Instant.now().minusSeconds(60);

    /** A record that must be refused, the row it belongs to, and the code it must get. */
    record Refused(String row, String code, byte[] value) {
        @Override
        public String toString() {
            String text = value == null ? "tombstone" : new String(value, StandardCharsets.UTF_8);
            return row
                    + " "
                    + code
                    + " "
                    + text.replaceAll("\\s+", " ").substring(0, Math.min(text.length(), 60));
        }
    }

    @TempDir static Path directory;
    private Deployed deployed;
    private final IdentityHashMap<Refused, Future<RecordMetadata>> places = new IdentityHashMap<>();
    private List<Refused> refused = List.of();
    private Map<Place, ConsumerRecord<byte[], byte[]>> letters = Map.of();

    private static String event(
            String type, String id, String task, String agent, Instant time, String rest) {
        return ("{\"event_id\":\"%s\",\"type\":\"%s\",\"time\":\"%s\","
                        + "\"task_id\":\"%s\",\"agent_id\":\"%s\"%s}")
                .formatted(id, type, time, task, agent, rest.isEmpty() ? "" : "," + rest);
    }

    private static String call(String rest) {
        return call("t", rest);
    }

    private static String call(String task, String rest) {
        return event(
                "llm_call",
                "e",
                task,
                "bad",
                NOW,
                "\"provider\":\"openai\",\"model\":\"gpt-5\"" + (rest.isEmpty() ? "" : "," + rest));
    }

    private static Refused bad(String row, String code, String value) {
        return new Refused(row, code, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] spliced(String json, String mark, byte[] instead) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        int at = json.indexOf(mark);
        return Stream.of(
                        Arrays.copyOf(text, at),
                        instead,
                        Arrays.copyOfRange(text, at + mark.length(), text.length))
                .collect(
                        java.io.ByteArrayOutputStream::new,
                        java.io.ByteArrayOutputStream::writeBytes,
                        (a, b) -> {})
                .toByteArray();
    }

    static List<Refused> refused() {
        List<Refused> rows = new ArrayList<>();
        String good = call("");
        String open = good.substring(0, good.length() - 1);
        // Row 1: what a JSON parser must reject; written after the classes of the public test
        // suites.
        for (String json :
                List.of(
                        "{",
                        "}",
                        "{]",
                        "[",
                        "{\"a\"",
                        "{\"a\":",
                        "{\"a\":1",
                        "{\"a\":1,",
                        "{\"a\":1,}",
                        "{,\"a\":1}",
                        "{\"a\" 1}",
                        "{\"a\"::1}",
                        "{\"a\",1}",
                        "{a:1}",
                        "{'a':1}",
                        "{1:1}",
                        "{\"a\":1 \"b\":2}",
                        "{\"a\":1,,\"b\":2}",
                        "{\"a\":nul}",
                        "{\"a\":True}",
                        "{\"a\":undefined}",
                        "{\"a\":NaN}",
                        "{\"a\":Infinity}",
                        "{\"a\":-Infinity}",
                        "{\"a\":+1}",
                        "{\"a\":01}",
                        "{\"a\":-01}",
                        "{\"a\":1.}",
                        "{\"a\":.5}",
                        "{\"a\":1e}",
                        "{\"a\":1e+}",
                        "{\"a\":0x1}",
                        "{\"a\":1_000}",
                        "{\"a\":--1}",
                        "{\"a\":-}",
                        "{\"a\":1.2.3}",
                        "{\"a\":1e1.5}",
                        "{\"a\":\uff11}",
                        "{\"a\":\"x}",
                        "{\"a\":\"\\x41\"}",
                        "{\"a\":\"\\u12\"}",
                        "{\"a\":\"\\u00g0\"}",
                        "{\"a\":\"\\\"}",
                        "{\"a\":\"\\'\"}",
                        "{\"a\":\"\t\"}",
                        "{\"a\":\"\n\"}",
                        "{\"a\":[1,]}",
                        "{\"a\":[,1]}",
                        "{\"a\":[1 2]}",
                        "{\"a\":[1}",
                        "{\"a\":{\"b\":1]}",
                        "{\"a\":1}}",
                        "{\"a\":1}]",
                        "{\"a\":1} x",
                        "{\"a\":1}{\"a\":1}",
                        "{\"a\":1}//c",
                        "{/**/\"a\":1}",
                        "{\"a\":1}#",
                        "{\"a\":1,\"a\":2}",
                        "{\"a\":\u00a01}",
                        "\ufeff{\"a\"",
                        "\"text\"",
                        "12",
                        "null",
                        "true",
                        "[]",
                        "[{}]",
                        "<a/>",
                        "a=1&b=2",
                        "event_id: e",
                        open + ",\"x\":1,\"x\":2}",
                        good + " trailing",
                        good + good,
                        open + ",\"duration_ms\":NaN}",
                        open + ",\"cost_usd\":Infinity}",
                        open + ",\"model\":\"twice\"}",
                        open.replace("\"", "'"))) {
            rows.add(bad("1", "malformed_json", json));
        }
        rows.add(new Refused("1", "malformed_json", good.getBytes(StandardCharsets.UTF_16LE)));
        rows.add(new Refused("1", "malformed_json", good.getBytes(StandardCharsets.UTF_16)));
        for (byte[] wrong :
                List.of(
                        bytes(0xC3),
                        bytes(0xFF),
                        bytes(0xC0, 0xAF),
                        bytes(0xED, 0xA0, 0x80),
                        bytes(0xF5, 0x80, 0x80, 0x80),
                        bytes(0xE2, 0x82))) {
            rows.add(new Refused("1", "malformed_json", spliced(good, "gpt-5", wrong)));
        }
        // Row 2
        rows.add(bad("2", "malformed_json", ""));
        rows.add(bad("2", "malformed_json", "   "));
        rows.add(new Refused("2", "malformed_json", null));
        rows.add(
                new Refused(
                        "2", "malformed_json", bytes('O', 'b', 'j', 1, 4, 22, 'a', 'v', 'r', 'o')));
        rows.add(new Refused("2", "malformed_json", bytes(0, 0, 0, 0, 1, 10, 3, 'a', 'b', 'c')));
        rows.add(bad("2", "too_large", open + ",\"x\":\"" + "x".repeat(300_000) + "\"}"));
        rows.add(bad("2", "too_large", "x".repeat(900_000)));
        // Row 3
        rows.add(bad("3", "too_complex", open + ",\"x\":" + "[".repeat(17) + "]".repeat(17) + "}"));
        rows.add(bad("3", "too_complex", open + ",\"x\":" + "[".repeat(50_000) + "}"));
        rows.add(bad("3", "too_complex", open + ",\"duration_ms\":" + "1".repeat(1100) + "}"));
        rows.add(
                bad(
                        "3",
                        "too_complex",
                        open
                                + ",\"tags\":{"
                                + IntStream.range(0, 17)
                                        .mapToObj(i -> "\"k" + i + "\":\"v\"")
                                        .collect(Collectors.joining(","))
                                + "}}"));
        rows.add(bad("3", "too_complex", open + ",\"tags\":{\"" + "k".repeat(65) + "\":\"v\"}}"));
        rows.add(bad("3", "too_complex", open + ",\"tags\":{\"k\":\"" + "v".repeat(257) + "\"}}"));
        // Row 4
        for (String field :
                List.of("event_id", "type", "time", "task_id", "agent_id", "provider", "model")) {
            rows.add(
                    bad(
                            "4",
                            "missing_field",
                            good.replaceAll("\"" + field + "\":\"[^\"]*\",?", "")
                                    .replace(",}", "}")));
            rows.add(
                    bad(
                            "4",
                            "missing_field",
                            good.replaceAll(
                                    "\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":\"  \"")));
            rows.add(
                    bad(
                            "4",
                            "missing_field",
                            good.replaceAll(
                                    "\"" + field + "\":\"[^\"]*\"", "\"" + field + "\":null")));
        }
        // Row 5
        rows.add(bad("5", "unknown_type", good.replace("llm_call", "task_exploded")));
        rows.add(bad("5", "unknown_type", good.replace("llm_call", "LLM_CALL")));
        rows.add(bad("5", "unsupported_version", open + ",\"schema_version\":2}"));
        // Row 7
        rows.add(bad("7", "number_out_of_range", open + ",\"cost_usd\":1e400}"));
        rows.add(bad("7", "number_out_of_range", open + ",\"input_tokens\":9223372036854775808}"));
        rows.add(bad("7", "wrong_type", open + ",\"input_tokens\":12.9}"));
        rows.add(bad("7", "wrong_type", open + ",\"input_tokens\":\"12\"}"));
        rows.add(bad("7", "wrong_type", open + ",\"cost_usd\":\"\"}"));
        rows.add(bad("7", "wrong_type", open + ",\"duration_ms\":true}"));
        rows.add(bad("7", "wrong_type", open + ",\"tags\":[]}"));
        rows.add(bad("7", "wrong_type", good.replace("\"bad\"", "7")));
        // Row 8
        for (String rest :
                List.of(
                        "\"cost_usd\":-0.01",
                        "\"cost_usd\":10000.000000001",
                        "\"duration_ms\":-1",
                        "\"duration_ms\":604800001",
                        "\"input_tokens\":-1",
                        "\"output_tokens\":1000000001",
                        "\"files_created\":-1",
                        "\"reasoning_tokens\":-5")) {
            rows.add(bad("8", "out_of_range", open + "," + rest + "}"));
        }
        // Row 11
        String time = "\"" + NOW + "\"";
        rows.add(
                bad(
                        "11",
                        "future_time",
                        good.replace(time, "\"" + NOW.plus(Duration.ofHours(1)) + "\"")));
        rows.add(bad("11", "future_time", good.replace(time, "\"9999-12-31T23:59:59Z\"")));
        for (String when :
                List.of(
                        "\"0000-01-01T00:00:00Z\"",
                        "\"+292278994-01-01T00:00:00Z\"",
                        "1763820130",
                        "1763820130123",
                        "\"1763820130\"",
                        "1763820130000000000",
                        "\"yesterday\"",
                        "\"2026-02-30T00:00:00Z\"",
                        "\"2026-11-22 14:00\"",
                        "\"2026-11-22T14:00:00\"")) {
            rows.add(bad("11", "bad_time", good.replace(time, when)));
        }
        // Row 12
        rows.add(
                bad(
                        "12",
                        "too_old",
                        good.replace(time, "\"" + NOW.minus(Duration.ofDays(31)) + "\"")));
        // Row 15
        for (String field : List.of("task_id\":\"t", "event_id\":\"e", "agent_id\":\"bad")) {
            rows.add(
                    bad(
                            "15",
                            "too_long",
                            good.replace(field + "\"", field + "x".repeat(128) + "\"")));
            rows.add(
                    bad(
                            "15",
                            "too_long",
                            good.replace(field + "\"", field + "語".repeat(100) + "\"")));
        }
        // Rows 16 to 18
        for (String c : List.of("\\u0000", "\\u0001", "\\u001b", "\\u007f", "\\u0085")) {
            rows.add(bad("16", "control_character", good.replace("gpt-5", "gpt" + c)));
            rows.add(bad("16", "control_character", good.replace("\"t\"", "\"t" + c + "\"")));
        }
        rows.add(bad("16", "control_character", open + ",\"tags\":{\"a\":\"b\\u0000\"}}"));
        rows.add(bad("16", "control_character", open + ",\"error_message\":\"a\\u0000b\"}"));
        for (String c : List.of("\\ud800", "\\udc00", "\\ud800x")) {
            rows.add(bad("17", "bad_unicode", good.replace("\"t\"", "\"t" + c + "\"")));
        }
        for (String c :
                List.of("\\u202e", "\\u2066", "\\u200b", "\\u200d", "\\ufeff", "\\udb40\\udc41")) {
            rows.add(bad("18", "bad_unicode", good.replace("\"t\"", "\"t" + c + "\"")));
            rows.add(bad("18", "bad_unicode", good.replace("\"bad\"", "\"b" + c + "\"")));
        }
        // Row 24
        rows.add(bad("24", "too_long", good.replace("gpt-5", "m".repeat(300))));
        return rows;
    }

    @BeforeAll
    void sendEverything() throws Exception {
        deployed = Deployed.start(directory, "--max-agents", Integer.toString(MAX_AGENTS));
        refused = refused();
        accepted();
        for (int i = 0; i < GOOD; i++) {
            good(
                    event(
                            "llm_call",
                            "g" + i,
                            "good-" + i,
                            "good",
                            NOW.minusSeconds(i % 300),
                            "\"provider\":\"openai\",\"model\":\"gpt-5\","
                                    + "\"cost_usd\":0.000000001"));
            if (i < refused.size()) {
                Refused bad = refused.get(i);
                places.put(
                        bad,
                        deployed.send(
                                Integer.toString(i).getBytes(StandardCharsets.UTF_8), bad.value()));
            }
        }
        assertThat(refused.size()).isLessThan(GOOD);
        deployed.flush();
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(requests("good")).isEqualTo(GOOD));
        for (int i = 0; i < STRANGERS; i++) {
            good(
                    event(
                            "llm_call",
                            "s",
                            "stranger-" + i,
                            "stranger-" + i,
                            NOW,
                            "\"provider\":\"strange\",\"model\":\"m\""));
        }
        deployed.flush();
        letters = deployed.deadLetters(refused.size());
    }

    private void good(String json) {
        deployed.send(json.getBytes(StandardCharsets.UTF_8), json.getBytes(StandardCharsets.UTF_8));
    }

    /** To one partition, so that what is sent first arrives first. */
    private void inOrder(String... events) {
        for (String json : events) {
            deployed.send(
                    "in order".getBytes(StandardCharsets.UTF_8),
                    json.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static String call(String row, String id, String rest) {
        return event(
                "llm_call",
                id,
                "task-" + row,
                "row-" + row,
                NOW.minusSeconds(5),
                "\"provider\":\"openai\",\"model\":\"gpt-5\"" + (rest.isEmpty() ? "" : "," + rest));
    }

    private static String end(String row, String rest) {
        return event("task_completed", "end", "task-" + row, "row-" + row, NOW, rest);
    }

    private void accepted() {
        good(call("6", "c", "\"cost_usd\":0.5,\"colour\":{\"deep\":[1,{\"x\":null}]}"));
        good(end("6", ""));
        good(call("8a", "c", "\"cost_usd\":0.07168750000000002"));
        good(end("8a", ""));
        good(
                event(
                        "llm_call",
                        "c",
                        "task-9",
                        "row-9",
                        NOW,
                        "\"provider\":\"nobody\",\"model\":\"unknown-model\""));
        good(end("9", ""));
        good(
                call(
                        "10",
                        "c",
                        "\"input_tokens\":10,\"cached_input_tokens\":20,"
                                + "\"output_tokens\":73,\"reasoning_tokens\":195"));
        good(end("10", ""));
        for (int seconds : new int[] {2, 600, 3000}) {
            good(
                    event(
                            "task_completed",
                            "end",
                            "task-13-" + seconds,
                            "row-13",
                            NOW.minusSeconds(seconds),
                            "\"cost_usd\":1"));
        }
        String twice = call("14", "c", "\"cost_usd\":0.25");
        inOrder(
                twice,
                call("14", "c", "\"cost_usd\":9"),
                twice,
                end("14", ""),
                end("14", ""),
                call("14", "c", "\"cost_usd\":9"));
        good(event("task_completed", "end", "task-19a", "caf\u00e9-19", NOW, "\"cost_usd\":1"));
        good(event("task_completed", "end", "task-19b", "cafe\u0301-19", NOW, "\"cost_usd\":1"));
        for (int i = 0; i < HOSTILE.size(); i++) {
            good(
                    event(
                            "task_completed",
                            "end",
                            "task-20-" + i,
                            HOSTILE.get(i).replace("\\", "\\\\").replace("\"", "\\\""),
                            NOW,
                            "\"cost_usd\":1"));
        }
        for (String provider : List.of("OpenAI ", "openai", "azure_openai", "my-own")) {
            good(
                    event(
                            "llm_call",
                            provider,
                            "task-21",
                            "row-21",
                            NOW,
                            "\"provider\":\"" + provider + "\",\"model\":\"row-21-model\""));
        }
        inOrder(
                event("task_completed", "end", "task-23a", "row-23", NOW, "\"cost_usd\":1"),
                event("task_started", "start", "task-23a", "row-23", NOW.minusSeconds(9), ""),
                event("task_completed", "end", "task-23b", "row-23", NOW, "\"cost_usd\":1"),
                event(
                        "task_failed",
                        "end2",
                        "task-23b",
                        "row-23",
                        NOW.plusSeconds(1),
                        "\"cost_usd\":4,\"error_type\":\"timeout\""),
                event(
                        "llm_call",
                        "late",
                        "task-23b",
                        "row-23",
                        NOW.plusSeconds(2),
                        "\"provider\":\"p23\",\"model\":\"m\",\"cost_usd\":2"),
                event("task_started", "start", "task-23c", "row-23", NOW.minusSeconds(9), ""),
                event("task_started", "start2", "task-23c", "row-23", NOW.minusSeconds(8), ""));
        String model = "\"provider\":\"anthropic\",\"model\":\"claude-sonnet-4-6\"";
        inOrder(
                event(
                        "llm_call",
                        "c",
                        "task-23d",
                        "row-23a",
                        NOW.minusSeconds(9),
                        model + ",\"input_tokens\":100000.0,\"output_tokens\":1e4"),
                event(
                        "task_completed",
                        "end",
                        "task-23d",
                        "row-23a",
                        NOW,
                        "\"cost_usd\":0,\"input_tokens\":0,\"output_tokens\":0"),
                event("llm_call", "c", "task-23e", "row-23b", NOW.minusSeconds(5), model),
                event(
                        "task_started",
                        "start",
                        "task-23e",
                        "row-23b",
                        NOW.minusSeconds(9),
                        "\"agent_type\":\"researcher\",\"parent_task_id\":\"task-23\","
                                + "\"tags\":{\"team\":\"search\"}"),
                event("task_completed", "end", "task-23e", "row-23b", NOW, ""));
        good(
                event(
                        "task_failed",
                        "end",
                        "task-24",
                        "row-24",
                        NOW,
                        "\"error_type\":\"other\",\"error_message\":\"" + "x".repeat(2000) + "\""));
        good(
                event(
                        "task_failed",
                        "end",
                        "task-24a",
                        "row-24a",
                        NOW,
                        "\"error_type\":\"auth\",\"error_message\":\"key sk-abcdefghijklmnop123456"
                                + " AKIAIOSFODNN7EXAMPLE Bearer abcdefghijklmnop\""));
    }

    private static final List<String> HOSTILE =
            List.of(
                    "<script>alert(1)</script>",
                    "\"><img onerror=alert(1)>",
                    "{{7*7}}",
                    "__proto__",
                    "'; DROP TABLE store.agents; --",
                    "100%",
                    "a_b",
                    "${jndi:ldap://x/y}",
                    "../../etc/passwd",
                    "a/b?c#d");

    @AfterAll
    void stop() {
        deployed.close();
    }

    private long requests(String agent) throws Exception {
        return deployed.tables()
                .number(
                        "SELECT coalesce(sum(requests), 0) FROM store.agent_window WHERE"
                                + " granularity = 60 AND agent_id = '"
                                + agent
                                + "'");
    }

    private JsonNode agent(String id) throws Exception {
        await().atMost(Duration.ofMinutes(3))
                .ignoreExceptions()
                .until(() -> deployed.agent(id).path("tasks").asInt() > 0);
        return deployed.agent(id);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void rows1to18_refused(Refused any) throws Exception {
        // The source creates equal rows again: the one that was sent is found by its content.
        Refused sent =
                refused.stream()
                        .filter(
                                r ->
                                        r.code().equals(any.code())
                                                && Arrays.equals(r.value(), any.value()))
                        .findFirst()
                        .orElseThrow();
        RecordMetadata at = java.util.Objects.requireNonNull(places.get(sent)).get();
        var letter = letters.get(new Place(at.partition(), at.offset()));
        assertThat(letter).as("no dead letter").isNotNull();
        assertThat(Deployed.header(letter, "code"))
                .as(Deployed.header(letter, "detail"))
                .isEqualTo(sent.code());
        assertThat(Deployed.header(letter, "detail"))
                .isNotBlank()
                .doesNotContain("Exception", "com.fasterxml");
        if (sent.row().equals("1") && sent.value().length > 0) {
            assertThat(Deployed.header(letter, "detail"))
                    .containsPattern("line \\d+, column \\d+|UTF|object|number");
        }
        byte[] raw = sent.value() == null ? new byte[0] : sent.value();
        assertThat(letter.value())
                .isEqualTo(Arrays.copyOf(raw, Math.min(raw.length, EventDecoder.MAX_BYTES)));
    }

    @Test
    void everyRefusalIsCountedByCode_andNothingElse() {
        Map<String, Long> expected =
                new TreeMap<>(
                        refused.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                Refused::code, Collectors.counting())));
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(deployed.refusals()).isEqualTo(expected));
    }

    @Test
    void goodTrafficBesideIsUnharmed() throws Exception {
        assertThat(requests("good")).isEqualTo(GOOD);
        assertThat(
                        deployed.tables()
                                .number(
                                        "SELECT (sum(request_cost_reported) * 1000000000)::bigint"
                                                + " FROM store.agent_window WHERE granularity = 60 AND"
                                                + " agent_id = 'good'"))
                .isEqualTo(GOOD);
        deployed.assertNeverRestarted();
    }

    @Test
    void row6_unknownFields_areIgnoredAndCounted() throws Exception {
        assertThat(agent("row-6").path("cost_usd").decimalValue()).isEqualByComparingTo("0.5");
        assertThat(deployed.metric("note.unknown_field.events_noted")).isPositive();
    }

    @Test
    void row8a_manyDecimals_areRoundedAndCounted() throws Exception {
        assertThat(agent("row-8a").path("cost_usd").asText()).isEqualTo("0.0716875");
        assertThat(deployed.metric("note.rounded.events_noted")).isPositive();
    }

    @Test
    void row9_absent_isUnknownAndNotZero() throws Exception {
        JsonNode agent = agent("row-9");
        assertThat(agent.path("cost_usd").isNull()).isTrue();
        assertThat(agent.path("tokens").isNull()).isTrue();
        assertThat(agent.path("unpriced_requests").asInt()).isEqualTo(1);
    }

    @Test
    void row10_partsBesideTheirWhole_areAddedAndNoted() throws Exception {
        JsonNode agent = agent("row-10");
        assertThat(agent.path("tokens").path("input").asInt()).isEqualTo(30);
        assertThat(agent.path("tokens").path("output").asInt()).isEqualTo(268);
        assertThat(agent.path("notes").toString())
                .isEqualTo("{\"cached_tokens_added\":1,\"reasoning_tokens_added\":1}");
        assertThat(deployed.get("tasks/task-10").path("notes").toString())
                .isEqualTo("[\"cached_tokens_added\",\"reasoning_tokens_added\"]");
        assertThat(agent.path("tokens").path("cached_input").asInt()).isEqualTo(20);
        assertThat(agent.path("tokens").path("reasoning").asInt()).isEqualTo(195);
        assertThat(agent.path("cost_usd").decimalValue()).isGreaterThanOrEqualTo(BigDecimal.ZERO);
        assertThat(deployed.metric("note.inconsistent_tokens.events_noted")).isPositive();
    }

    @Test
    void row13_late_countsInItsOwnWindow() {
        for (int seconds : new int[] {2, 600, 3000}) {
            Instant minute =
                    Instant.ofEpochSecond(NOW.minusSeconds(seconds).getEpochSecond() / 60 * 60);
            await().atMost(Duration.ofMinutes(3))
                    .untilAsserted(
                            () ->
                                    assertThat(
                                                    deployed.tables()
                                                            .number(
                                                                    "SELECT sum(tasks) FROM"
                                                                            + " store.agent_window"
                                                                            + " WHERE granularity = 60"
                                                                            + " AND agent_id = 'row-13'"
                                                                            + " AND window_start = '"
                                                                            + minute
                                                                            + "'"))
                                            .isPositive());
        }
    }

    @Test
    void row14_repeated_countsOnce() throws Exception {
        JsonNode agent = agent("row-14");
        assertThat(agent.path("tasks").asInt()).isEqualTo(1);
        assertThat(agent.path("cost_usd").decimalValue()).isEqualByComparingTo("9");
        assertThat(requests("row-14")).isEqualTo(1);
        assertThat(deployed.metric("events_duplicate")).isEqualTo(4);
    }

    @Test
    void row19_composedAndDecomposed_areOneAgent() throws Exception {
        assertThat(agent("caf\u00e9-19").path("tasks").asInt()).isEqualTo(2);
    }

    @Test
    void row20_hostileText_isStoredAsItIs() throws Exception {
        for (String id : HOSTILE) {
            if (!id.contains("/")) {
                assertThat(agent(id).path("agent_id").asText()).isEqualTo(id);
            }
        }
        JsonNode listed = deployed.get("agents?limit=1000&from=now-3h").path("agents");
        assertThat(listed.findValuesAsText("agent_id")).containsAll(HOSTILE);
    }

    @Test
    void row21_providers_areNormalised() throws Exception {
        await().atMost(Duration.ofMinutes(3)).until(() -> requests("row-21") == 4);
        List<String> found = new ArrayList<>();
        deployed.tables()
                .query(
                        "SELECT provider, requests FROM store.provider_window WHERE granularity ="
                                + " 3600 AND model = 'row-21-model' ORDER BY 1",
                        row -> found.add(row.getString(1) + " " + row.getLong(2)));
        assertThat(found).containsExactly("azure.ai.openai 1", "my-own 1", "openai 2");
    }

    @Test
    void row22_agentsWithoutEnd_areCountedTogether() throws Exception {
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(
                        () ->
                                assertThat(
                                                deployed.tables()
                                                        .number(
                                                                "SELECT coalesce(sum(requests), 0)"
                                                                        + " FROM store.agent_window"
                                                                        + " WHERE granularity = 60 AND"
                                                                        + " provider = 'strange'"))
                                        .isEqualTo(STRANGERS));
        assertThat(
                        deployed.tables()
                                .number("SELECT count(DISTINCT agent_id) FROM store.agent_window"))
                .isLessThanOrEqualTo(2 * MAX_AGENTS + 1);
        assertThat(requests("__overflow__")).isGreaterThanOrEqualTo(STRANGERS - 2 * MAX_AGENTS);
        assertThat(deployed.metric("events_of_agents_beyond_cap"))
                .isEqualTo(requests("__overflow__"));
    }

    @Test
    void row23_contradictions_countOnce() throws Exception {
        JsonNode agent = agent("row-23");
        assertThat(agent.path("tasks").asInt()).isEqualTo(2);
        assertThat(agent.path("succeeded").asInt()).isEqualTo(2);
        assertThat(agent.path("running").asInt()).isEqualTo(1);
        assertThat(deployed.metric("events_contradicting")).isPositive();
        assertThat(deployed.metric("events_out_of_order")).isPositive();
    }

    @Test
    void row23a_zeroDefaults_giveWayToTheCalls() throws Exception {
        JsonNode agent = agent("row-23a");
        assertThat(agent.path("cost_usd").decimalValue()).isEqualByComparingTo("0.45");
        assertThat(agent.path("tokens").path("input").asInt()).isEqualTo(100_000);
        assertThat(agent.path("notes").path("zeros_replaced").asInt()).isEqualTo(1);
        assertThat(deployed.get("tasks/task-23d").path("notes").toString())
                .isEqualTo("[\"zeros_replaced\"]");
    }

    @Test
    void row23a_typeOfTheStart_holdsForTheTask() throws Exception {
        assertThat(agent("row-23b").path("agent_type").asText()).isEqualTo("researcher");
        assertThat(agent("row-23b").path("tags").path("team").asText()).isEqualTo("search");
        JsonNode task = deployed.get("tasks/task-23e");
        assertThat(task.path("agent_type").asText()).isEqualTo("researcher");
        assertThat(task.path("parent_task_id").asText()).isEqualTo("task-23");
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                deployed.tables()
                                                .number(
                                                        "SELECT count(*) FROM agent_statistics"
                                                                + " WHERE agent_id = 'row-23b' AND"
                                                                + " agent_type <> 'researcher' AND"
                                                                + " requests + tasks > 0")
                                        == 0);
    }

    @Test
    void row24_longErrorMessages_areCut() throws Exception {
        agent("row-24");
        String message = deployed.get("tasks/task-24").path("error_message").asText();
        assertThat(message).hasSize(1024).endsWith("…");
    }

    @Test
    void row24a_secrets_areRedacted() throws Exception {
        agent("row-24a");
        String message = deployed.get("tasks/task-24a").path("error_message").asText();
        assertThat(message)
                .contains("[redacted]")
                .doesNotContain("sk-abc", "AKIAIOS", "abcdefghijklmnop");
        assertThat(deployed.metric("note.redacted.events_noted")).isPositive();
    }
}
