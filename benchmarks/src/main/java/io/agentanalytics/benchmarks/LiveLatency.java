package io.agentanalytics.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fleet;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Benchmark of the latency from sending an event to its effect in the API response, at a steady
 * rate. The n-th call is visible when the API counts n calls; an agent's n-th task is visible when
 * the API counts n of its tasks.
 */
public final class LiveLatency {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int WATCHED_AGENTS = 8;

    private final ConcurrentLinkedQueue<Long> calls = new ConcurrentLinkedQueue<>();
    private final Map<String, ConcurrentLinkedQueue<Long>> tasks = new HashMap<>();
    private final List<Long> systemMillis = new ArrayList<>();
    private final List<Long> agentMillis = new ArrayList<>();
    private final LocalStack stack;
    private final Instant start = Instant.now();
    private volatile boolean sending = true;
    private volatile long sent;
    private long seenCalls;
    private final Map<String, Long> seenTasks = new HashMap<>();

    private LiveLatency(LocalStack stack) {
        this.stack = stack;
    }

    /** Arguments: events per second, seconds. */
    public static void main(String[] args) throws Exception {
        double rate = Double.parseDouble(args[0]);
        int seconds = Integer.parseInt(args[1]);
        Path directory = Files.createTempDirectory("agent-analytics-bench");
        try (LocalStack stack =
                LocalStack.start(
                        new LocalStack.StackPlan(
                                directory, LocalStack.PortPlan.free(), true, 2, List.of()),
                        Clock.systemUTC(),
                        step -> {})) {
            new LiveLatency(stack).run(rate, seconds);
        }
        org.apache.flink.util.FileUtils.deleteDirectory(directory.toFile());
        System.exit(0);
    }

    private void run(double rate, int seconds) throws Exception {
        int size = (int) (rate / SteadyLoad.EVENTS_PER_AGENT_SECOND);
        // Starts a minute earlier, so that tasks are in every phase when the measurement begins.
        Fleet fleet = new Fleet(5, size, start.minusSeconds(60), List.of());
        for (int i = 1; i <= WATCHED_AGENTS; i++) {
            tasks.put(
                    String.format(Locale.ROOT, "support-triage-%02d", i),
                    new ConcurrentLinkedQueue<>());
        }
        Thread sender = new Thread(() -> send(fleet, seconds), "sender");
        sender.start();
        while (sending) {
            poll();
        }
        Instant stopped = Instant.now();
        while (!calls.isEmpty() || tasks.values().stream().anyMatch(q -> !q.isEmpty())) {
            poll();
            if (Duration.between(stopped, Instant.now()).getSeconds() > 60) {
                System.out.println("after 60 s still missing: " + calls.size() + " calls");
                break;
            }
        }
        System.out.printf(
                "last events of the stopped stream shown after %d ms%n",
                Duration.between(stopped, Instant.now()).toMillis());
        System.out.printf(
                "%d events in %d s: %.0f per second, %d agents%n",
                sent, seconds, sent / (double) seconds, size);
        System.out.printf(
                "providers: %s; agents: %s%n",
                SteadyLoad.summary(systemMillis), SteadyLoad.summary(agentMillis));
    }

    private void send(Fleet fleet, int seconds) {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            Instant end = start.plusSeconds(seconds);
            for (TaskEvent e = fleet.next();
                    e.timeMillis() < end.toEpochMilli();
                    e = fleet.next()) {
                long early = e.timeMillis() - System.currentTimeMillis();
                if (early > 0) {
                    Thread.sleep(early);
                }
                publisher.send(e);
                sent += e.timeMillis() >= start.toEpochMilli() ? 1 : 0;
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

    private void poll() throws IOException {
        pollCalls();
        for (var agent : tasks.entrySet()) {
            long done = tasksOf(agent.getKey());
            long before = seenTasks.getOrDefault(agent.getKey(), 0L);
            seenTasks.put(agent.getKey(), drain(agent.getValue(), before, done, agentMillis));
            pollCalls();
        }
    }

    private void pollCalls() throws IOException {
        long visible = 0;
        for (JsonNode provider : get("providers").path("providers")) {
            visible += provider.path("requests").asLong();
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

    private static long drain(
            ConcurrentLinkedQueue<Long> sentAt, long seen, long visible, List<Long> millis) {
        long now = System.currentTimeMillis();
        long n = seen;
        while (n < visible && !sentAt.isEmpty()) {
            millis.add(now - sentAt.remove());
            n++;
        }
        return n;
    }

    private JsonNode get(String path) throws IOException {
        URI uri =
                URI.create(
                        stack.address()
                                + "/api/analytics/"
                                + path
                                + "?from="
                                + start.minusSeconds(120));
        try (var in = uri.toURL().openStream()) {
            return JSON.readTree(in);
        }
    }
}
