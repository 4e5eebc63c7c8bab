package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.simulator.Fleet;
import io.agentanalytics.simulator.Oracle;
import io.agentanalytics.simulator.StoredRows;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand events of a simulated fleet, most of them changed in a way that must make no
 * difference or must be refused: no restart, every refusal under its code, every row as the oracle
 * says. {@code -Dfuzz.seed=N} tries another seed.
 */
class FuzzTest {
    private static final int CASES = 10_000;
    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(
                            com.fasterxml.jackson.databind.DeserializationFeature
                                    .USE_BIG_DECIMAL_FOR_FLOATS);

    @TempDir Path directory;

    private final Random random = new Random(Long.getLong("fuzz.seed", 20261123));
    private final List<String> accepted = new ArrayList<>();
    private final Map<String, Long> refused = new TreeMap<>();
    private final List<byte[]> records = new ArrayList<>();

    @Test
    void nothingIsLostOrInvented() throws Exception {
        Instant start = Clock.systemUTC().instant().minus(Duration.ofMinutes(50));
        Fleet fleet = new Fleet(random.nextLong(), 12, start, List.of());
        for (int i = 0; i < CASES; i++) {
            TaskEvent event = fleet.next();
            if (event.timeMillis() > start.plus(Duration.ofMinutes(45)).toEpochMilli()) {
                fleet = new Fleet(random.nextLong(), 12, start, List.of());
                event = fleet.next();
            }
            vary((ObjectNode) JSON.readTree(EventEncoder.encode(event)), event);
        }
        Collections.shuffle(records, random);
        Map<String, String> expected = new TreeMap<>();
        new Oracle(accepted).rows.forEach((key, row) -> expected.put(key, row.toString()));
        try (Deployed deployed = Deployed.start(directory, "--long-window-interval", "5s")) {
            for (byte[] record : records) {
                deployed.send(new byte[] {(byte) random.nextInt()}, record);
            }
            deployed.flush();
            StoredRows tables = deployed.tables();
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(
                            () -> {
                                assertThat(deployed.refusals()).isEqualTo(refused);
                                assertThat(tables.windows()).isEqualTo(expected);
                            });
            deployed.assertNeverRestarted();
        }
    }

    private void vary(ObjectNode event, TaskEvent original) throws Exception {
        switch (random.nextInt(32)) {
            case 0 -> same(shuffled(event));
            case 1 -> same(event.put("x_" + random.nextInt(9), "new"));
            case 2 -> same(event.putPOJO("deep", List.of(Map.of("a", List.of(1, 2, Map.of())))));
            case 3 -> same(event.putNull("error_message"));
            case 4 -> {
                same(event);
                send(event); // a duplicate, as from a sender that retries
            }
            case 5 -> same(event.put("schema_version", 1));
            case 6 -> spaced(event);
            case 7 -> escaped(event);
            case 8 -> decimals(event);
            case 9 -> refuse("wrong_type", event.put("duration_ms", "" + random.nextInt(99)));
            case 10 -> refuse("out_of_range", event.put("input_tokens", -1 - random.nextInt(99)));
            case 11 ->
                    refuse(
                            "missing_field",
                            without(event, "event_id", "task_id", "agent_id", "time", "type"));
            case 12 -> refuse("unknown_type", event.put("type", original.type().wireName() + "x"));
            case 13 -> refuse("bad_time", event.put("time", "2026-13-" + random.nextInt(99)));
            case 14 ->
                    refuse(
                            "control_character",
                            event.put("agent_id", original.agentId() + (char) random.nextInt(32)));
            case 15 ->
                    refuse(
                            "bad_unicode",
                            event.put(
                                    "task_id",
                                    original.taskId() + "\u200b\u202e".charAt(random.nextInt(2))));
            case 16 ->
                    refuse("too_long", event.put("task_id", "t".repeat(129 + random.nextInt(500))));
            case 17 -> cut(event);
            case 18 ->
                    refuse(
                            "too_old",
                            event.put(
                                    "time",
                                    Instant.ofEpochMilli(original.timeMillis())
                                            .minus(Duration.ofDays(31 + random.nextInt(900)))
                                            .toString()));
            case 19 ->
                    refuse(
                            "future_time",
                            event.put(
                                    "time",
                                    Instant.now()
                                            .plus(Duration.ofHours(1 + random.nextInt(9999)))
                                            .toString()));
            case 20 -> notUtf8(event);
            case 21 -> same(without(event, "agent_type"));
            case 22 -> same(event.put("input_tokens", 0).put("output_tokens", 0));
            case 23 -> same(event.put("cost_usd", 0).put("duration_ms", 0));
            case 24 -> wholeNumbers(event);
            case 25 -> snapshots(event);
            case 26 -> besideTheWhole(event);
            case 27 -> onlyTheEnding(event);
            case 28 -> refusedCall(event);
            default -> same(event);
        }
    }

    private void send(ObjectNode event) throws Exception {
        records.add(JSON.writeValueAsBytes(event));
    }

    private void same(ObjectNode event) throws Exception {
        accepted.add(event.toString());
        send(event);
    }

    private void refuse(String code, ObjectNode event) throws Exception {
        refused.merge(code, 1L, Long::sum);
        send(event);
    }

    private ObjectNode shuffled(ObjectNode event) {
        List<String> names = new ArrayList<>();
        event.fieldNames().forEachRemaining(names::add);
        Collections.shuffle(names, random);
        ObjectNode other = JSON.createObjectNode();
        names.forEach(name -> other.set(name, event.get(name)));
        return other;
    }

    private void spaced(ObjectNode event) throws Exception {
        accepted.add(event.toString());
        records.add(("\n \t" + event.toPrettyString() + "\r\n ").getBytes(StandardCharsets.UTF_8));
    }

    /** Letters of the id as escapes: the same text. */
    private void escaped(ObjectNode event) {
        accepted.add(event.toString());
        String id = event.path("task_id").asText();
        StringBuilder text = new StringBuilder();
        id.chars()
                .forEach(
                        c ->
                                text.append(
                                        random.nextBoolean()
                                                ? "\\u%04x".formatted(c)
                                                : "" + (char) c));
        records.add(
                event.toString()
                        .replace("\"task_id\":\"" + id + "\"", "\"task_id\":\"" + text + "\"")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** More decimals than nano-dollars have, in another notation. */
    private void decimals(ObjectNode event) throws Exception {
        if (event.path("type").asText().equals(EventType.LLM_CALL.wireName())) {
            BigDecimal cost =
                    new BigDecimal(random.nextInt(1_000_000)).movePointLeft(6 + random.nextInt(9));
            event.put("cost_usd", cost);
            accepted.add(event.toString());
            records.add(
                    event.toString()
                            .replaceAll(
                                    "\"cost_usd\":[^,}]*",
                                    "\"cost_usd\":" + cost.unscaledValue() + "e" + -cost.scale())
                            .getBytes(StandardCharsets.UTF_8));
        } else {
            same(event);
        }
    }

    /** In the notation of senders for whom every number is a float. */
    private void wholeNumbers(ObjectNode event) throws Exception {
        accepted.add(event.toString());
        records.add(
                event.toString()
                        .replaceAll("(\"[a-z_]+_(?:tokens|ms)\":\\d+)", "$1.0")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** The same call as it was a second and two seconds before, with less output. */
    private void snapshots(ObjectNode event) throws Exception {
        same(event);
        long output = event.path("output_tokens").asLong();
        for (int i = 1; i <= 2 && output > i; i++) {
            ObjectNode earlier = event.deepCopy();
            Instant time = Instant.parse(event.path("time").asText()).minusSeconds(i);
            same(earlier.put("output_tokens", output / (i + 1)).put("time", time.toString()));
        }
    }

    /** Usage as Anthropic and Gemini report it. */
    private void besideTheWhole(ObjectNode event) throws Exception {
        same(
                event.put("input_tokens", random.nextInt(500))
                        .put("cached_input_tokens", random.nextInt(500))
                        .put("cache_write_tokens", random.nextInt(500))
                        .put("output_tokens", random.nextInt(500))
                        .put("reasoning_tokens", random.nextInt(500)));
    }

    private void onlyTheEnding(ObjectNode event) throws Exception {
        if (!EventType.ofWireName(event.path("type").asText()).isCall()) {
            event.remove(List.of("provider", "model", "duration_ms", "cost_usd"));
            event.remove(List.of("input_tokens", "cached_input_tokens", "cache_write_tokens"));
            event.remove(List.of("output_tokens", "reasoning_tokens", "agent_type"));
        }
        same(event);
    }

    private void refusedCall(ObjectNode event) throws Exception {
        if (event.path("type").asText().equals(EventType.LLM_CALL.wireName())) {
            event.remove(List.of("input_tokens", "output_tokens", "cost_usd"));
            event.put("error_type", "rate_limit");
        }
        same(event);
    }

    private ObjectNode without(ObjectNode event, String... fields) {
        event.remove(fields[random.nextInt(fields.length)]);
        return event;
    }

    private void cut(ObjectNode event) {
        byte[] whole = event.toString().getBytes(StandardCharsets.UTF_8);
        refused.merge("malformed_json", 1L, Long::sum);
        records.add(java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
    }

    private void notUtf8(ObjectNode event) {
        byte[] bytes = event.toString().getBytes(StandardCharsets.UTF_8);
        bytes[random.nextInt(bytes.length)] = (byte) (0xF8 + random.nextInt(8));
        refused.merge("malformed_json", 1L, Long::sum);
        records.add(bytes);
    }
}
