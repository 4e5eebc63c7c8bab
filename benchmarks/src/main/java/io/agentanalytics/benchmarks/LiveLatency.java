package io.agentanalytics.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.benchmarks.harness.SteadyLoad;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Benchmark of the latency from sending an event to its effect in the API response, at a steady
 * rate. The n-th call is visible when the API counts n calls; an agent's n-th task is visible when
 * the API counts n of its tasks.
 */
@Command(
        name = "latency",
        description = "Latency from sending an event to its effect in the response of the API.")
@SuppressWarnings("NullAway.Init") // picocli and run() set the fields
final class LiveLatency implements Callable<Integer> {
    private static final int WATCHED_AGENTS = 8;

    /** Pause between requests, part of the measured latency. Without it, they use half a core. */
    private static final long POLL_MILLIS = 50;

    /** Goal of a call; the start is over when no call takes longer. */
    private static final long SLOW_MILLIS = 3_000;

    @Mixin final SteadyLoad load = new SteadyLoad(150);

    private final ConcurrentLinkedQueue<Long> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, ConcurrentLinkedQueue<Long>> tasks = new HashMap<>();
    private final List<Long> systemMillis = new ArrayList<>();
    private final List<Long> agentMillis = new ArrayList<>();
    private BenchStack stack;
    private Instant start;
    private volatile boolean sending = true;
    private final LongAdder sent = new LongAdder();
    private long lastSlowMillis;
    private long seenCalls;
    private final Map<String, Long> seenTasks = new HashMap<>();

    @Override
    public Integer call() throws Exception {
        return BenchStack.inOneProcess(this::run);
    }

    private int run(BenchStack measured) throws IOException, InterruptedException {
        stack = measured;
        start = Instant.now();
        // Starts a minute earlier, so that tasks are in every phase when the measurement begins.
        Fleet fleet = new Fleet(5, load.agents(), start.minusSeconds(60), List.of());
        for (int i = 1; i <= WATCHED_AGENTS; i++) {
            tasks.put(
                    String.format(Locale.ROOT, "support-triage-%02d", i),
                    new ConcurrentLinkedQueue<>());
        }
        Thread sender = new Thread(() -> send(fleet), "sender");
        sender.start();
        while (sending) {
            poll();
        }
        awaitLast(Instant.now());
        print();
        return 0;
    }

    private void awaitLast(Instant stopped) throws IOException, InterruptedException {
        while (!calls.isEmpty() || tasks.values().stream().anyMatch(q -> !q.isEmpty())) {
            poll();
            if (Duration.between(stopped, Instant.now()).toSeconds() > 60) {
                System.out.println("after 60 s still missing: " + calls.size() + " calls");
                break;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "last events of the stopped stream shown after %d ms%n",
                Duration.between(stopped, Instant.now()).toMillis());
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%d events in %d s: %.0f per second, %d agents%n",
                sent.sum(),
                load.seconds,
                sent.sum() / (double) load.seconds,
                load.agents());
        System.out.printf(
                Locale.ROOT,
                "last call that took more than 3 s: shown %d ms after the start%n",
                lastSlowMillis);
        System.out.printf(
                Locale.ROOT,
                "providers: %s; agents: %s%n",
                SteadyLoad.summary(systemMillis),
                SteadyLoad.summary(agentMillis));
    }

    private void send(Fleet fleet) {
        try (EventPublisher publisher = new EventPublisher(stack.kafka())) {
            long end = start.plusSeconds(load.seconds).toEpochMilli();
            for (TaskEvent e = fleet.next(); e.timeMillis() < end; e = fleet.next()) {
                SteadyLoad.awaitTime(e);
                publisher.send(e);
                sent.add(e.timeMillis() >= start.toEpochMilli() ? 1 : 0);
                long now = System.currentTimeMillis();
                if (e.type() == EventType.LLM_CALL) {
                    calls.add(now);
                } else if (e.type().isEnding() && tasks.containsKey(e.agentId())) {
                    tasks.get(e.agentId()).add(now);
                }
            }
            publisher.flush();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sending = false;
        }
    }

    private void poll() throws IOException, InterruptedException {
        pollCalls();
        for (var agent : tasks.entrySet()) {
            long done = tasksOf(agent.getKey());
            long before = seenTasks.getOrDefault(agent.getKey(), 0L);
            seenTasks.put(agent.getKey(), drain(agent.getValue(), before, done, agentMillis));
            pollCalls();
        }
    }

    private void pollCalls() throws IOException, InterruptedException {
        Thread.sleep(POLL_MILLIS);
        long visible = 0;
        for (JsonNode provider : get("providers").path("providers")) {
            visible += provider.path("requests").asLong();
        }
        long now = System.currentTimeMillis();
        Long oldest = calls.peek();
        if (seenCalls < visible && oldest != null && now - oldest > SLOW_MILLIS) {
            lastSlowMillis = now - start.toEpochMilli();
        }
        seenCalls = drain(calls, seenCalls, visible, systemMillis);
    }

    private long tasksOf(String agent) {
        try {
            return get("agents/" + agent).path("agent").path("tasks").asLong();
        } catch (IOException notSeenYet) {
            return 0;
        }
    }

    /** Events of the warm-up are awaited like the others, and not measured. */
    private long drain(
            ConcurrentLinkedQueue<Long> sentAt, long seen, long visible, List<Long> millis) {
        long now = System.currentTimeMillis();
        long n = seen;
        while (n < visible && !sentAt.isEmpty()) {
            long at = sentAt.remove();
            if (at >= start.toEpochMilli() + SteadyLoad.WARM_UP_MILLIS) {
                millis.add(now - at);
            }
            n++;
        }
        return n;
    }

    private JsonNode get(String path) throws IOException {
        return stack.analytics(path + "?from=" + start.minusSeconds(120));
    }
}
