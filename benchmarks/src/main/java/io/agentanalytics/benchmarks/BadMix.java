package io.agentanalytics.benchmarks;

import io.agentanalytics.benchmarks.harness.BadRecords;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.harness.SteadyLoad;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

    @Override
    public Integer call() throws Exception {
        return BenchStack.inOneProcess(this::run);
    }

    private int run(BenchStack stack) throws Exception {
        Instant start = Instant.now();
        Fleet fleet = new Fleet(5, (int) (load.rate / EVENTS_PER_AGENT_SECOND), start, List.of());
        Map<String, Long> expected = new TreeMap<>();
        List<String> codes = BadRecords.CODES;
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
                    publisher.send(
                            Long.toString(bad),
                            BadRecords.of(code, bad / codes.size(), Instant.now()));
                    expected.merge(code, 1L, Long::sum);
                    bad++;
                }
                event = fleet.next();
            }
            publisher.flush();
        }
        System.out.printf(
                Locale.ROOT,
                "%d good events (%.0f per second) and %d broken ones sent%n",
                good,
                (double) good / load.seconds,
                bad);
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long counted = 0;
        Map<String, Long> refused = Map.of();
        while (System.nanoTime() < until && (counted != calls || !refused.equals(expected))) {
            Thread.sleep(500);
            counted = stack.analytics("overview?from=now-3h").path("requests").asLong();
            refused = refused(stack);
        }
        System.out.printf(Locale.ROOT, "calls sent %d, counted %d%n", calls, counted);
        System.out.printf(
                Locale.ROOT,
                "broken by code, expected: %s%n                  found: %s%n",
                expected,
                refused);
        boolean isComplete = counted == calls && refused.equals(expected);
        System.out.printf(
                Locale.ROOT,
                "restarts: %d; %s%n",
                stack.restarts(),
                isComplete ? "all accounted for" : "NOT ALL ACCOUNTED FOR");
        return isComplete ? 0 : 1;
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
