package io.agentanalytics.benchmarks.harness;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Records that the job must reject, each with one reason. */
public final class BadRecords {
    /** Invalid records by expected error code; %s is replaced by the current time. */
    private static final Map<String, List<String>> SAMPLES =
            Map.ofEntries(
                    Map.entry(
                            "malformed_json",
                            List.of(
                                    "{",
                                    "",
                                    "[]",
                                    "{\"a\":NaN}",
                                    "{\"a\":1,\"a\":2}",
                                    "Obj\u0001")),
                    Map.entry(
                            "too_complex",
                            List.of(
                                    "{\"x\":" + "[".repeat(17) + "]".repeat(17) + "}",
                                    call("\"tags\":{\"" + "k".repeat(65) + "\":\"v\"}"))),
                    Map.entry(
                            "missing_field",
                            List.of("{}", "{\"event_id\":\"e\",\"type\":\"llm_call\"}")),
                    Map.entry(
                            "unknown_type", List.of(call("").replace("llm_call", "task_exploded"))),
                    Map.entry("unsupported_version", List.of(call("\"schema_version\":2"))),
                    Map.entry(
                            "number_out_of_range",
                            List.of(
                                    call("\"cost_usd\":1e400"),
                                    call("\"input_tokens\":9223372036854775808"))),
                    Map.entry(
                            "wrong_type",
                            List.of(call("\"input_tokens\":12.9"), call("\"cost_usd\":\"\""))),
                    Map.entry(
                            "out_of_range",
                            List.of(call("\"cost_usd\":-1"), call("\"duration_ms\":604800001"))),
                    Map.entry(
                            "bad_time",
                            List.of(
                                    call("").replace("%s", "0000-01-01T00:00:00Z"),
                                    call("").replace("\"%s\"", "1763820130"))),
                    Map.entry(
                            "future_time", List.of(call("").replace("%s", "9999-01-01T00:00:00Z"))),
                    Map.entry("too_old", List.of(call("").replace("%s", "2020-01-01T00:00:00Z"))),
                    Map.entry(
                            "too_long",
                            List.of(call("").replace("\"bad\"", "\"" + "x".repeat(200) + "\""))),
                    Map.entry(
                            "control_character",
                            List.of(
                                    call("").replace("\"bad\"", "\"b\\u0000\""),
                                    call("\"error_message\":\"\\u0001\""))),
                    Map.entry(
                            "bad_unicode",
                            List.of(
                                    call("").replace("\"bad\"", "\"b\\ud800\""),
                                    call("").replace("\"bad\"", "\"b\\u202e\""))),
                    Map.entry("too_large", List.of("x".repeat(300_000))));

    private static String call(String rest) {
        return "{\"event_id\":\"e\",\"type\":\"llm_call\",\"time\":\"%s\",\"task_id\":\"bad\","
                + "\"agent_id\":\"bad\",\"provider\":\"p\",\"model\":\"m\""
                + (rest.isEmpty() ? "" : "," + rest)
                + "}";
    }

    /** All error codes, in alphabetical order. */
    public static final List<String> CODES = List.copyOf(new TreeMap<>(SAMPLES).keySet());

    private BadRecords() {}

    /** Returns a record that is rejected with this error code; the number selects a sample. */
    public static byte[] of(String code, long number, Instant time) {
        List<String> samples = Objects.requireNonNull(SAMPLES.get(code));
        return samples.get((int) (number % samples.size()))
                .replace("%s", time.toString())
                .getBytes(StandardCharsets.UTF_8);
    }
}
