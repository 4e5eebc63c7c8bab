package io.agentanalytics.local.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Export of a table to a file. Rows are read with a cursor, day by day, so that no transaction is
 * long: an open one blocks the creation and removal of partitions. DuckDB collects them on disk
 * beside the file and writes it. The file appears when it is complete.
 */
public final class TableExport {
    private static final int FETCH = 2_000;
    private static final String MEMORY = "256MB";

    private final Connection postgres;
    private final ExportTable table;
    private final int granularity;

    /**
     * Creates an export.
     *
     * @param granularity length of the windows in seconds; ignored for other tables
     */
    public TableExport(Connection postgres, ExportTable table, int granularity) {
        this.postgres = postgres;
        this.table = table;
        this.granularity = granularity;
    }

    /** Writes the rows of a half-open range and returns their number. */
    public long write(Instant from, Instant to, FileFormat format, Path file)
            throws SQLException, IOException {
        Path directory = file.toAbsolutePath().getParent();
        Path work = Files.createTempDirectory(directory, "." + file.getFileName());
        try {
            Path part = work.resolve("part." + format.suffix());
            long rows = collect(from, to, format, work, part);
            Files.move(
                    part,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            return rows;
        } finally {
            delete(work);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private long collect(Instant from, Instant to, FileFormat format, Path work, Path part)
            throws SQLException {
        postgres.setAutoCommit(false);
        String select = select();
        try (Connection duck =
                        DriverManager.getConnection("jdbc:duckdb:" + work.resolve("rows.duckdb"));
                Statement statement = duck.createStatement()) {
            statement.execute("SET memory_limit = '" + MEMORY + "'");
            List<ExportColumn> columns = columns(select);
            statement.execute(
                    "CREATE TABLE exported (%s)"
                            .formatted(listed(columns, c -> c.quoted() + " " + c.type())));
            long rows = 0;
            for (Instant day = from; day.isBefore(to); day = next(day)) {
                Instant end = next(day).isBefore(to) ? next(day) : to;
                rows += copy(select, day, end, columns, duck);
            }
            statement.execute(
                    "COPY (SELECT %s FROM exported) TO '%s' (%s)"
                            .formatted(
                                    listed(columns, format::expression),
                                    part.toString().replace("'", "''"),
                                    format.options()));
            return rows;
        }
    }

    private static String listed(List<ExportColumn> columns, Function<ExportColumn, String> as) {
        return columns.stream().map(as).collect(Collectors.joining(", "));
    }

    private static Instant next(Instant time) {
        return time.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS);
    }

    /** Returns the query for a range; it has three percentiles in place of a histogram. */
    private String select() throws SQLException {
        String columns =
                viewColumns().stream()
                        .map(c -> c.isHistogram() ? percentiles(c) : c.quoted())
                        .collect(Collectors.joining(", "));
        return "SELECT %s FROM public.%s WHERE %3$s >= ? AND %3$s < ?%4$s ORDER BY %3$s"
                .formatted(
                        columns,
                        table.view(),
                        '"' + table.time() + '"',
                        table.hasGranularity() ? " AND granularity = " + granularity : "");
    }

    private List<ExportColumn> viewColumns() throws SQLException {
        try (Statement statement = postgres.createStatement();
                ResultSet none =
                        statement.executeQuery(
                                "SELECT * FROM public.%s LIMIT 0".formatted(table.view()))) {
            return ExportColumn.of(none.getMetaData());
        }
    }

    private static String percentiles(ExportColumn histogram) {
        return List.of(50, 95, 99).stream()
                .map(
                        p ->
                                "percentile(%s, %s) AS %s_p%d_ms"
                                        .formatted(
                                                histogram.quoted(), p / 100.0, histogram.name(), p))
                .collect(Collectors.joining(", "));
    }

    private List<ExportColumn> columns(String select) throws SQLException {
        try (PreparedStatement statement = postgres.prepareStatement(select)) {
            return ExportColumn.of(statement.getMetaData());
        }
    }

    private long copy(
            String select, Instant from, Instant to, List<ExportColumn> columns, Connection duck)
            throws SQLException {
        try (PreparedStatement query = postgres.prepareStatement(select);
                DuckDBAppender appender =
                        duck.unwrap(DuckDBConnection.class).createAppender("exported")) {
            query.setFetchSize(FETCH);
            query.setObject(1, from.atOffset(ZoneOffset.UTC));
            query.setObject(2, to.atOffset(ZoneOffset.UTC));
            long rows = append(query, columns, appender);
            postgres.commit();
            return rows;
        }
    }

    private static long append(
            PreparedStatement query, List<ExportColumn> columns, DuckDBAppender appender)
            throws SQLException {
        long rows = 0;
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                appender.beginRow();
                for (int i = 0; i < columns.size(); i++) {
                    columns.get(i).append(row, i + 1, appender);
                }
                appender.endRow();
                rows++;
            }
        }
        return rows;
    }
}
