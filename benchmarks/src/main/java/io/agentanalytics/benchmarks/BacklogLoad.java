package io.agentanalytics.benchmarks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.local.cluster.Cluster;
import io.agentanalytics.simulator.EventPublisher;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Benchmark of catching up with a backlog under default settings: events per second, restarts, peak
 * memory, checkpoint size, and a comparison of the totals with those of the generator.
 */
public final class BacklogLoad {
    private static final long SEED = 11;
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final long POLL_MILLIS = 5_000;
    // Hourly windows of the fleet: each call and each task is in exactly one of them.
    private static final String FOUND =
            "SELECT coalesce(sum(requests), 0), coalesce(sum(tasks), 0),"
                    + " coalesce(sum(request_cost_reported), 0) FROM store.system_window WHERE"
                    + " granularity = 3600";

    private final MeasuredJob job;

    private BacklogLoad(MeasuredJob job) {
        this.job = job;
    }

    /**
     * Arguments: events, agents; {@code --one-process} runs everything in this process. The job
     * then reads while the events are still being sent.
     */
    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("agent-analytics-backlog");
        Instant start = Instant.now().minusMillis(Backlog.SPAN_MILLIS).minusSeconds(120);
        Backlog backlog =
                new Backlog(SEED, start, Long.parseLong(args[0]), Integer.parseInt(args[1]));
        if (args.length > 2 && args[2].equals("--one-process")) {
            MeasuredJob.inOneProcess(
                    directory,
                    job -> {
                        long began = System.nanoTime();
                        send(job.bootstrap(), backlog);
                        new BacklogLoad(job).catchUp(backlog.totals(), began);
                    });
        } else {
            inCluster(directory, backlog);
        }
        System.exit(0);
    }

    private static void inCluster(Path directory, Backlog backlog) throws Exception {
        Cluster cluster = BenchCluster.in(directory);
        cluster.up(false);
        try {
            send(cluster.bootstrap(), backlog);
            long began = System.nanoTime();
            cluster.submit(null, List.of());
            new BacklogLoad(MeasuredJob.of(cluster)).catchUp(backlog.totals(), began);
            BenchCluster.printPeaks(cluster);
        } finally {
            cluster.down();
        }
    }

    private void catchUp(Backlog.Totals wanted, long began) throws Exception {
        boolean exact = await(wanted, began);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s in %.0f s: %.0f events per second, %d restarts, checkpoint of %d MB%n",
                exact ? "caught up, totals exact" : "NOT CAUGHT UP",
                seconds,
                wanted.events / seconds,
                job.restarts(),
                checkpointBytes() >> 20);
    }

    private static void send(String bootstrap, Backlog backlog) {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", bootstrap))) {
            for (TaskEvent e = backlog.next(); e != null; e = backlog.next()) {
                publisher.send(e);
            }
            publisher.flush();
        }
        Backlog.Totals sent = backlog.totals();
        System.out.printf(
                "%d events sent: %d calls, %d tasks, %d nano-dollars%n",
                sent.events, sent.calls, sent.tasks, sent.costNanos);
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
                    job.restarts());
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
        try (var connection = DriverManager.getConnection(job.databaseUrl());
                var rows = connection.createStatement().executeQuery(FOUND)) {
            rows.next();
            found.calls = rows.getLong(1);
            found.tasks = rows.getLong(2);
            BigDecimal dollars = rows.getBigDecimal(3);
            found.costNanos = dollars.movePointRight(9).longValueExact();
        }
        return found;
    }

    private long checkpointBytes() throws IOException {
        return job.get("/checkpoints").path("latest").path("completed").path("state_size").asLong();
    }
}
