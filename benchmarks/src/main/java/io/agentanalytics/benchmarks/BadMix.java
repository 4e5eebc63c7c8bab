package io.agentanalytics.benchmarks;

import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Benchmark with one invalid record per ten valid ones at a steady rate: measures job restarts,
 * checks that every valid call is counted, and checks the result of the invalid records.
 */
@Command(
        name = "mix",
        description =
                "Sends one invalid record per ten valid ones, and checks that each is counted.")
final class BadMix implements Callable<Integer> {
    private static final double EVENTS_PER_AGENT_SECOND = 0.27;

    @Mixin final SteadyLoad load = new SteadyLoad(60);

    /** Invalid records by expected error code; %s is replaced by the current time. */
    private static final Map<String, List<String>> BAD =
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

    @Override
    public Integer call() throws Exception {
        return BenchStack.inOneProcess(this::run);
    }

    private int run(BenchStack stack) throws Exception {
        Instant start = Instant.now();
        Fleet fleet = new Fleet(5, (int) (load.rate / EVENTS_PER_AGENT_SECOND), start, List.of());
        Map<String, Long> expected = new TreeMap<>();
        List<String> codes = List.copyOf(new TreeMap<>(BAD).keySet());
        long good = 0;
        long calls = 0;
        long bad = 0;
        try (EventPublisher publisher = new EventPublisher(stack.kafka())) {
            TaskEvent event = fleet.next();
            while (event.timeMillis() < start.toEpochMilli() + load.seconds * 1000L) {
                SteadyLoad.awaitTime(event);
                publisher.send(event.taskId(), EventEncoder.encode(event));
                calls += event.type() == EventType.LLM_CALL ? 1 : 0;
                if (++good % 10 == 0) {
                    String code = codes.get((int) (bad % codes.size()));
                    List<String> samples = Objects.requireNonNull(BAD.get(code));
                    String text = samples.get((int) (bad / codes.size() % samples.size()));
                    publisher.send(
                            Long.toString(bad),
                            text.replace("%s", Instant.now().toString())
                                    .getBytes(StandardCharsets.UTF_8));
                    expected.merge(code, 1L, Long::sum);
                    bad++;
                }
                event = fleet.next();
            }
            publisher.flush();
        }
        System.out.printf(
                "%d good events (%.0f per second) and %d broken ones sent%n",
                good, (double) good / load.seconds, bad);
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long counted = 0;
        Map<String, Long> refused = Map.of();
        while (System.nanoTime() < until && (counted != calls || !refused.equals(expected))) {
            Thread.sleep(500);
            counted = stack.analytics("overview?from=now-3h").path("requests").asLong();
            refused = refused(stack);
        }
        System.out.printf("calls sent %d, counted %d%n", calls, counted);
        System.out.printf(
                "broken by code, expected: %s%n                  found: %s%n", expected, refused);
        System.out.printf(
                "restarts: %d; %s%n",
                stack.restarts(),
                counted == calls && refused.equals(expected)
                        ? "all accounted for"
                        : "NOT ALL ACCOUNTED FOR");
        return 0;
    }

    private static Map<String, Long> refused(BenchStack stack) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        stack.analytics("health")
                .path("dead_letters24h")
                .properties()
                .forEach(e -> counts.put(e.getKey(), e.getValue().asLong()));
        return counts;
    }
}
