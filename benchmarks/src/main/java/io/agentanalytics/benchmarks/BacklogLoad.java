package io.agentanalytics.benchmarks;

import io.agentanalytics.local.cluster.Cluster;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Benchmark of catching up with a backlog under default settings: events per second, restarts, peak
 * memory, checkpoint size, and a comparison of the totals with those of the generator.
 */
@Command(
        name = "backlog",
        description = "Throughput and memory of a job that catches up with a backlog.")
final class BacklogLoad implements Callable<Integer> {
    private static final long SEED = 11;
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final long POLL_MILLIS = 5_000;
    // Hourly windows of the fleet: each call and each task is in exactly one of them.
    private static final String FOUND =
            """
            SELECT coalesce(sum(requests), 0), coalesce(sum(tasks), 0),
                coalesce(sum(request_cost_reported), 0)
            FROM store.system_window WHERE granularity = 3600
            """;

    @Parameters(
            index = "0",
            paramLabel = "EVENTS",
            arity = "0..1",
            description = "Events in the backlog (default: ${DEFAULT-VALUE}).")
    long events = 2_000_000;

    @Parameters(
            index = "1",
            paramLabel = "AGENTS",
            arity = "0..1",
            description = "Agents of these events (default: ${DEFAULT-VALUE}).")
    int agents = 10_000;

    @Option(
            names = "--one-process",
            description =
                    "Runs everything in this process instead of a cluster of processes;"
                            + " the job then reads while the events are still being sent.")
    boolean oneProcess;

    @Override
    public Integer call() throws Exception {
        Instant start = Instant.now().minusMillis(Backlog.SPAN_MILLIS).minusSeconds(120);
        Backlog backlog = new Backlog(SEED, start, events, agents);
        if (oneProcess) {
            return BenchStack.inOneProcess(
                    List.of(),
                    BenchStack::say,
                    stack -> {
                        long began = System.nanoTime();
                        send(stack.kafka(), backlog);
                        catchUp(stack, backlog.totals(), began);
                        BenchCluster.printPeak();
                        return 0;
                    });
        }
        BenchCluster.measure(cluster -> inCluster(cluster, backlog));
        return 0;
    }

    private static void inCluster(Cluster cluster, Backlog backlog) throws Exception {
        send(Map.of("bootstrap.servers", cluster.bootstrap()), backlog);
        long began = System.nanoTime();
        cluster.submit(null, List.of());
        catchUp(BenchStack.of(cluster), backlog.totals(), began);
        BenchCluster.printPeaks(cluster);
    }

    private static void send(Map<String, String> kafka, Backlog backlog) {
        backlog.send(kafka);
        Backlog.Totals sent = backlog.totals();
        System.out.printf(
                "%d events sent: %d calls, %d tasks, %d nano-dollars%n",
                sent.events, sent.calls, sent.tasks, sent.costNanos);
    }

    private static void catchUp(BenchStack stack, Backlog.Totals wanted, long began)
            throws Exception {
        boolean exact = await(stack, wanted, began);
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s in %.0f s: %.0f events per second, %d restarts, checkpoint of %d MB%n",
                exact ? "caught up, totals exact" : "NOT CAUGHT UP",
                seconds,
                wanted.events / seconds,
                stack.restarts(),
                checkpointBytes(stack) >> 20);
    }

    private static boolean await(BenchStack stack, Backlog.Totals wanted, long began)
            throws Exception {
        while (System.nanoTime() - began < PATIENCE.toNanos()) {
            Backlog.Totals found = found(stack);
            System.out.printf(
                    Locale.ROOT,
                    "%5.0f s: %d calls, %d tasks, %d nano-dollars, %d restarts%n",
                    (System.nanoTime() - began) / 1e9,
                    found.calls,
                    found.tasks,
                    found.costNanos,
                    stack.restarts());
            if (found.calls == wanted.calls
                    && found.tasks == wanted.tasks
                    && found.costNanos == wanted.costNanos) {
                return true;
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private static Backlog.Totals found(BenchStack stack) throws SQLException {
        Backlog.Totals found = new Backlog.Totals();
        try (var connection = DriverManager.getConnection(stack.databaseUrl());
                var rows = connection.createStatement().executeQuery(FOUND)) {
            rows.next();
            found.calls = rows.getLong(1);
            found.tasks = rows.getLong(2);
            BigDecimal dollars = rows.getBigDecimal(3);
            found.costNanos = dollars.movePointRight(9).longValueExact();
        }
        return found;
    }

    private static long checkpointBytes(BenchStack stack) throws IOException {
        return stack.job("/checkpoints")
                .path("latest")
                .path("completed")
                .path("state_size")
                .asLong();
    }
}
