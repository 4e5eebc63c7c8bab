package io.agentanalytics.benchmarks.throughput;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.benchmarks.harness.Backlog;
import io.agentanalytics.benchmarks.harness.BenchStack;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;

/** Waits until the tables have the totals of a backlog, and prints what that took. */
final class BacklogRun {
    private static final Duration PATIENCE = Duration.ofHours(2);
    private static final long POLL_MILLIS = 5_000;

    // Hourly windows of the fleet: each call and each task is in exactly one of them.
    private static final String FOUND =
            """
            SELECT coalesce(sum(requests), 0), coalesce(sum(tasks), 0),
                coalesce(sum(request_cost_reported), 0)
            FROM store.system_window WHERE granularity = 3600
            """;
    private static final String WRITTEN =
            """
            SELECT sum(n_tup_ins), sum(n_tup_upd), pg_database_size(current_database())
            FROM pg_stat_user_tables WHERE schemaname = 'store'
            """;

    private final BenchStack stack;
    private final Backlog.Totals wanted;
    private final long bytesBefore;

    BacklogRun(BenchStack stack, Backlog.Totals wanted) throws SQLException {
        this.stack = stack;
        this.wanted = wanted;
        this.bytesBefore = written()[2];
        System.out.printf(
                "%d events sent: %d calls, %d tasks, %d nano-dollars%n",
                wanted.events, wanted.calls, wanted.tasks, wanted.costNanos);
    }

    /** Returns true as soon as the totals are exact, false if they are not after a long time. */
    boolean await(long began) throws Exception {
        while (System.nanoTime() - began < PATIENCE.toNanos()) {
            Backlog.Totals found = found();
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

    void print(long began, boolean exact) throws IOException, SQLException {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s in %.0f s: %.0f events per second, %d restarts%n",
                exact ? "caught up, totals exact" : "NOT CAUGHT UP",
                seconds,
                wanted.events / seconds,
                stack.restarts());
        JsonNode checkpoints = stack.job("/checkpoints");
        JsonNode summary = checkpoints.path("summary");
        System.out.printf(
                "%d checkpoints: state of up to %d MB, at most %d ms, on average %d ms%n",
                checkpoints.path("counts").path("completed").asLong(),
                summary.path("state_size").path("max").asLong() >> 20,
                summary.path("end_to_end_duration").path("max").asLong(),
                summary.path("end_to_end_duration").path("avg").asLong());
        long[] written = written();
        System.out.printf(
                Locale.ROOT,
                "%d rows inserted, %d updated; %.0f bytes in Postgres per event%n",
                written[0],
                written[1],
                (written[2] - bytesBefore) / (double) wanted.events);
    }

    private Backlog.Totals found() throws SQLException {
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

    /** Returns the number of rows inserted and updated since the start, and the database's size. */
    private long[] written() throws SQLException {
        try (var connection = DriverManager.getConnection(stack.databaseUrl());
                var rows = connection.createStatement().executeQuery(WRITTEN)) {
            rows.next();
            return new long[] {rows.getLong(1), rows.getLong(2), rows.getLong(3)};
        }
    }
}
