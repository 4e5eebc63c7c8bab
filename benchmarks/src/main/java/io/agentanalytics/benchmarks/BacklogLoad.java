package io.agentanalytics.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.simulator.EventPublisher;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A backlog caught up by the process cluster with its default settings: events a second, restarts,
 * memory at its peak, size of a checkpoint, and the totals held against the generator's.
 */
public final class BacklogLoad {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SEED = 11;
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final long POLL_MILLIS = 5_000;
    // Hours of the fleet: each call and task is in one of them.
    private static final String FOUND =
            "SELECT coalesce(sum(requests), 0), coalesce(sum(tasks), 0),"
                    + " coalesce(sum(request_cost_reported), 0) FROM store.system_window WHERE"
                    + " granularity = 3600";

    private final Cluster cluster;

    private BacklogLoad(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Arguments: events, agents, directory of the cluster (kept for a look at its logs). */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(System.getProperty("agent-analytics.root", "."));
        Path directory =
                args.length > 2
                        ? Path.of(args[2])
                        : Files.createTempDirectory("agent-analytics-backlog");
        Cluster cluster =
                new Cluster(
                        directory,
                        root.resolve("local/target/flink-lib"),
                        root.resolve("job/target"),
                        System.out::println);
        System.out.println("cluster in " + directory);
        cluster.up(false);
        try {
            new BacklogLoad(cluster).run(Long.parseLong(args[0]), Integer.parseInt(args[1]));
        } finally {
            cluster.down();
        }
        System.exit(0);
    }

    private void run(long events, int agents) throws Exception {
        Instant start = Instant.now().minusMillis(Backlog.SPAN_MILLIS).minusSeconds(120);
        Backlog backlog = new Backlog(SEED, start, events, agents);
        send(backlog);
        Backlog.Totals wanted = backlog.totals();
        System.out.printf(
                Locale.ROOT,
                "%d events of %d agents wait: %d calls, %d tasks, %d nano-dollars%n",
                wanted.events,
                agents,
                wanted.calls,
                wanted.tasks,
                wanted.costNanos);
        long began = System.nanoTime();
        cluster.submit(null, List.of());
        boolean exact = await(wanted, began);
        report(wanted, exact, (System.nanoTime() - began) / 1e9);
    }

    private void send(Backlog backlog) {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            for (TaskEvent e = backlog.next(); e != null; e = backlog.next()) {
                publisher.send(e);
            }
            publisher.flush();
        }
    }

    private boolean await(Backlog.Totals wanted, long began) throws Exception {
        while (System.nanoTime() - began < PATIENCE.toNanos()) {
            Backlog.Totals found = found();
            System.out.printf(
                    Locale.ROOT,
                    "%5.0f s: %d calls, %d tasks, %d nano-dollars, %d restarts%n",
                    (System.nanoTime() - began) / 1e9,
                    found.calls,
                    found.tasks,
                    found.costNanos,
                    restarts());
            if (found.calls == wanted.calls
                    && found.tasks == wanted.tasks
                    && found.costNanos == wanted.costNanos) {
                return true;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private Backlog.Totals found() throws SQLException {
        Backlog.Totals found = new Backlog.Totals();
        try (var connection = DriverManager.getConnection(cluster.databaseUrl());
                var rows = connection.createStatement().executeQuery(FOUND)) {
            rows.next();
            found.calls = rows.getLong(1);
            found.tasks = rows.getLong(2);
            BigDecimal dollars = rows.getBigDecimal(3);
            found.costNanos = dollars.movePointRight(9).longValueExact();
        }
        return found;
    }

    private void report(Backlog.Totals wanted, boolean exact, double seconds) throws Exception {
        System.out.printf(
                Locale.ROOT,
                "%s in %.0f s: %.0f events a second, %d restarts, checkpoint of %d MB%n",
                exact ? "caught up, totals exact" : "NOT CAUGHT UP",
                seconds,
                wanted.events / seconds,
                restarts(),
                checkpointBytes() >> 20);
        peaks().forEach((name, mb) -> System.out.printf("%-14s %5d MB at the peak%n", name, mb));
    }

    /** The largest resident size of each process, MB. */
    private Map<String, Long> peaks() throws IOException {
        Map<String, Long> peaks = new TreeMap<>();
        for (Map.Entry<String, String> process : cluster.status().entrySet()) {
            String[] words = process.getValue().split("runs, process ");
            if (words.length == 2) {
                Files.readAllLines(Path.of("/proc", words[1], "status")).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .forEach(
                                line ->
                                        peaks.put(
                                                process.getKey(),
                                                Long.parseLong(line.replaceAll("\\D", "")) >> 10));
            }
        }
        return peaks;
    }

    private long restarts() throws IOException {
        String restarts = "/metrics?get=numRestarts";
        return job(restarts).path(0).path("value").asLong();
    }

    private long checkpointBytes() throws IOException {
        return job("/checkpoints").path("latest").path("completed").path("state_size").asLong();
    }

    private JsonNode job(String path) throws IOException {
        String jobs = cluster.status().get("flink") + "/jobs";
        String id = json(jobs).path("jobs").path(0).path("id").asText();
        return json(jobs + "/" + id + path);
    }

    private static JsonNode json(String address) throws IOException {
        try (var in = URI.create(address).toURL().openStream()) {
            return JSON.readTree(in);
        }
    }
}
