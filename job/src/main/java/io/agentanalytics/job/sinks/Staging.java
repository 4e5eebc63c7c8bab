package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.DimensionNames;
import io.agentanalytics.contract.Pane;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a recomputation. They wait in temporary tables of one session, so that they replace the
 * stored rows in one transaction, or never: a recomputation that ends early changes nothing.
 */
public final class Staging implements AutoCloseable {
    private static final Map<String, Staging> OPEN = new ConcurrentHashMap<>();

    private static final String LOCK =
            "SELECT pg_try_advisory_lock(hashtext('store.reprocess'))::int";

    private static final int NO_TIMEOUT = 0;

    /** Costs of requests by provider and model, where they change. */
    private static final String CHANGED_COSTS =
            """
            WITH stored AS (
                SELECT provider, model, sum(requests) AS requests,
                       sum(request_cost_reported + request_cost_priced) AS usd,
                       sum(requests_unpriced) AS unpriced
                FROM store.provider_window t WHERE granularity = %1$d AND %2$s
                GROUP BY provider, model),
            change AS (
                SELECT s.provider, s.model,
                       sum(s.requests - coalesce(t.requests, 0)) AS requests,
                       sum(s.request_cost_reported + s.request_cost_priced
                           - coalesce(t.request_cost_reported + t.request_cost_priced, 0)) AS usd,
                       sum(s.requests_unpriced - coalesce(t.requests_unpriced, 0)) AS unpriced
                FROM pg_temp.staged_provider_window s
                LEFT JOIN store.provider_window t ON (t.granularity, t.window_start, t.provider, t.model)
                    = (s.granularity, s.window_start, s.provider, s.model) AND %2$s
                WHERE s.granularity = %1$d
                GROUP BY s.provider, s.model)
            SELECT provider, model,
                   coalesce(b.requests, 0) + c.requests,
                   coalesce(b.usd, 0), coalesce(b.usd, 0) + c.usd,
                   coalesce(b.unpriced, 0), coalesce(b.unpriced, 0) + c.unpriced
            FROM change c LEFT JOIN stored b USING (provider, model)
            WHERE (c.requests, c.usd, c.unpriced) <> (0, 0, 0)
            ORDER BY abs(c.usd) DESC, provider, model""";

    /**
     * Outcome of a row that was not computed again. A retracted row with the outcome {@code
     * abandoned} is subtracted from the count of its window, but the recomputed window does not
     * contain the task.
     */
    private static final String OUTCOME_OF_ABSENT =
            "CASE WHEN t.outcome = 'abandoned' AND NOT t.retracted THEN 'unreported'"
                    + " ELSE t.outcome END";

    private final String id = UUID.randomUUID().toString();
    private final Connection session;
    private final List<String> dimensions;
    private final Map<String, StagedTable> tables = new LinkedHashMap<>();
    private @Nullable RowRange range;

    private Staging(Connection session, List<String> dimensions) {
        this.session = session;
        this.dimensions = dimensions;
    }

    /**
     * Opens the session.
     *
     * @throws IllegalStateException if another recomputation runs
     */
    public static Staging open(JobOptions options) throws SQLException {
        List<String> dimensions = options.dimensions().stream().map(Dimension::name).toList();
        Staging staging =
                new Staging(PostgresConnector.of(options).patient().connect(), dimensions);
        try {
            if (staging.number(LOCK) == 0) {
                throw new IllegalStateException(
                        "Another reprocess runs on this database; wait until it ends.");
            }
        } catch (SQLException | RuntimeException e) {
            staging.session.close();
            throw e;
        }
        OPEN.put(staging.id, staging);
        return staging;
    }

    static Staging of(String id) {
        return Objects.requireNonNull(OPEN.get(id), "no such staging");
    }

    String id() {
        return id;
    }

    /** Returns the event time that the running job has reached, or null if there was no job. */
    public @Nullable Instant eventTime() throws SQLException {
        return instant("SELECT max(event_time) FROM store.progress");
    }

    /** Creates the temporary tables for a range; returns the epoch of its new rows. */
    public long begin(RowRange rows) throws SQLException {
        range = rows;
        long epoch = 0;
        for (StagedTable table : tables(rows, 0)) {
            epoch = Math.max(epoch, number(table.epoch()) + 1);
        }
        for (StagedTable table : tables(rows, epoch)) {
            tables.put(table.name(), table);
            execute(table.create());
        }
        return epoch;
    }

    private List<StagedTable> tables(RowRange rows, long epoch) {
        return List.of(
                windows(Tables.cells(epoch), rows.ofCells(), epoch),
                windows(Tables.providers(epoch), rows.ofWindows(), epoch),
                windows(Tables.system(epoch), rows.ofWindows(), epoch),
                windows(Tables.dimensions(epoch), ofDimensions(rows), epoch),
                new StagedTable(
                        Tables.tasks(epoch),
                        rows.ofTasks(),
                        column ->
                                switch (column) {
                                    case "retracted" -> "true";
                                    case "outcome" -> OUTCOME_OF_ABSENT;
                                    case "epoch" -> Long.toString(epoch);
                                    default -> "t." + column;
                                }));
    }

    /** Rows of dimensions that are no longer counted stay as they are. */
    private String ofDimensions(RowRange rows) {
        return rows.ofCells()
                + dimensions.stream()
                        .map(name -> "'" + name.replace("'", "''") + "'")
                        .collect(Collectors.joining(", ", " AND t.dimension IN (", ")"));
    }

    /** Returns the dimensions that the running job counts but this recomputation does not. */
    public List<String> missingDimensions() throws SQLException {
        List<String> missing = counted(session);
        missing.removeAll(dimensions);
        return missing;
    }

    /** Returns the dimensions that the running job counts by tags. */
    public static List<String> countedDimensions(JobOptions options) throws SQLException {
        try (Connection connection = PostgresConnector.of(options).patient().connect()) {
            List<String> counted = counted(connection);
            counted.remove(DimensionNames.AGENT_TYPE);
            return counted;
        }
    }

    private static List<String> counted(Connection connection) throws SQLException {
        List<String> counted = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT jsonb_object_keys(dimensions) FROM store.progress")) {
            while (row.next()) {
                counted.add(row.getString(1));
            }
        }
        return counted;
    }

    private static StagedTable windows(Table<WindowRow> table, String covered, long epoch) {
        return new StagedTable(
                table,
                covered,
                column ->
                        switch (column) {
                            case "closed" -> "true";
                            case "epoch" -> Long.toString(epoch);
                            case "request_latency", "task_duration" -> "''::bytea";
                            default -> "0";
                        });
    }

    /** Returns the earliest known start of the tasks that ended in the range, or null. */
    public @Nullable Instant earliestStart() throws SQLException {
        return instant(
                "SELECT min(least(submitted_at, started_at, ended_at - duration_ms * interval '1 ms'))"
                        + " FROM store.task_execution_timeline t WHERE "
                        + range().ofTasks());
    }

    /** Adds computed rows; of two rows with the same key, the more complete one stays. */
    <T> void write(Table<T> table, List<T> rows) throws SQLException {
        synchronized (session) {
            StagedTable staged = Objects.requireNonNull(tables.get(table.name()));
            table.upsert(session, staged.staged(), rows, NO_TIMEOUT);
        }
    }

    /**
     * Compares the computed rows with the stored ones and keeps those that differ.
     *
     * @return the difference; it does not depend on the order of the rows
     */
    public Difference compare() throws SQLException {
        for (StagedTable table : tables.values()) {
            execute(table.analyze());
        }
        Difference.CountedTotals stored = totals("store.system_window", range().ofWindows());
        Difference.CountedTotals computed = totals("pg_temp.staged_system_window", "true");
        List<Difference.RowDifference> rows = new ArrayList<>();
        for (StagedTable table : tables.values()) {
            long all = number(table.count());
            execute(table.addAbsent());
            execute(table.removeUnchanged());
            rows.add(new Difference.RowDifference(table.name(), number(table.count()), all));
        }
        return new Difference(stored, computed, rows, costs());
    }

    private Difference.CountedTotals totals(String table, String condition) throws SQLException {
        String sql =
                ("SELECT coalesce(sum(requests), 0), coalesce(sum(tasks), 0), "
                                + "coalesce(sum(tool_calls), 0) FROM %s t WHERE granularity = %d "
                                + "AND %s")
                        .formatted(table, Pane.SECONDS, condition);
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return new Difference.CountedTotals(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    private List<Difference.CostDifference> costs() throws SQLException {
        String sql = CHANGED_COSTS.formatted(Pane.SECONDS, range().ofWindows());
        List<Difference.CostDifference> costs = new ArrayList<>();
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                costs.add(
                        new Difference.CostDifference(
                                row.getString(1),
                                row.getString(2),
                                row.getLong(3),
                                row.getBigDecimal(4),
                                row.getBigDecimal(5),
                                row.getLong(6),
                                row.getLong(7)));
            }
        }
        return costs;
    }

    /** Writes the rows that differ, in one transaction. */
    public void merge() throws SQLException {
        session.setAutoCommit(false);
        for (StagedTable table : tables.values()) {
            execute(table.merge());
        }
        session.commit();
        session.setAutoCommit(true);
    }

    private RowRange range() {
        return Objects.requireNonNull(range, "begin() comes first");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private @Nullable Instant instant(String sql) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            OffsetDateTime time = row.getObject(1, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
    }

    /** Ends the session, and with it everything that was not merged. */
    @Override
    public void close() throws SQLException {
        OPEN.remove(id);
        // The server ends a session some time after it was closed.
        try (session;
                Statement statement = session.createStatement()) {
            statement.execute("SELECT pg_advisory_unlock_all()");
        }
    }
}
