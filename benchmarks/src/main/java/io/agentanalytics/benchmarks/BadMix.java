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

    private final Map<String, Long> expected = new TreeMap<>();
    private long good;
    private long calls;
    private long bad;

    @Override
    public Integer call() throws Exception {
        return BenchStack.inOneProcess(this::run);
    }

    private int run(BenchStack stack) throws Exception {
        send(stack.kafka());
        System.out.printf(
                Locale.ROOT,
                "%d good events (%.0f per second) and %d broken ones sent%n",
                good,
                (double) good / load.seconds,
                bad);
        boolean isComplete = awaitCounts(stack);
        System.out.printf(
                Locale.ROOT,
                "restarts: %d; %s%n",
                stack.restarts(),
                isComplete ? "all accounted for" : "NOT ALL ACCOUNTED FOR");
        return isComplete ? 0 : 1;
    }

    private void send(Map<String, String> kafka) throws InterruptedException {
        Instant start = Instant.now();
        Fleet fleet = new Fleet(5, (int) (load.rate / EVENTS_PER_AGENT_SECOND), start, List.of());
        long end = start.plusSeconds(load.seconds).toEpochMilli();
        try (EventPublisher publisher = new EventPublisher(kafka)) {
            for (TaskEvent e = fleet.next(); e.timeMillis() < end; e = fleet.next()) {
                SteadyLoad.awaitTime(e);
                publisher.send(e.taskId(), EventEncoder.encode(e));
                calls += e.type() == EventType.LLM_CALL ? 1 : 0;
                if (++good % 10 == 0) {
                    sendBad(publisher);
                }
            }
            publisher.flush();
        }
    }

    private void sendBad(EventPublisher publisher) {
        int codes = BadRecords.CODES.size();
        String code = BadRecords.CODES.get((int) (bad % codes));
        publisher.send(Long.toString(bad), BadRecords.of(code, bad / codes, Instant.now()));
        expected.merge(code, 1L, Long::sum);
        bad++;
    }

    private boolean awaitCounts(BenchStack stack) throws IOException, InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        long counted = 0;
        Map<String, Long> refused = Map.of();
        while (System.nanoTime() < until && (counted != calls || !refused.equals(expected))) {
            Thread.sleep(500);
            counted = stack.analytics("overview?from=now-3h").path("requests").asLong();
            refused = refused(stack);
        }
        System.out.printf(
                Locale.ROOT,
                """
                calls sent %d, counted %d
                broken by code, expected: %s
                                   found: %s
                """,
                calls,
                counted,
                expected,
                refused);
        return counted == calls && refused.equals(expected);
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
