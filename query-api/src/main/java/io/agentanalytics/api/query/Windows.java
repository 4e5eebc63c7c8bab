package io.agentanalytics.api.query;

import static io.agentanalytics.contract.WindowLength.DAY;
import static io.agentanalytics.contract.WindowLength.HOUR;
import static io.agentanalytics.contract.WindowLength.MINUTE;
import static java.util.stream.Collectors.joining;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/**
 * Sums over windows for any range: the longest windows that fit, and shorter ones for the
 * remainder.
 */
final class Windows {
    /** Reader of a group key. */
    interface Key<K> {
        K of(ResultSet row) throws SQLException;
    }

    private final Handle handle;
    private final TimeRange range;
    private final Instant reached;
    private final Sums.Book book;

    Windows(QueryContext context, Sums.Book book) {
        this(context.handle(), context.range(), context.progress().reached(), book);
    }

    /** {@code reached} is the current event time of the job. */
    Windows(Handle handle, TimeRange range, Instant reached, Sums.Book book) {
        this.book = book;
        this.handle = handle;
        this.range = range;
        this.reached = reached;
    }

    /** Returns the sums of the cells that match {@code filter}, by {@code group}. */
    <K> Map<K, Sums> cells(List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        return withoutNestedLoops(() -> grouped(cellRows(filter), group, binds, key));
    }

    /** Returns the sums of the rows of a grouping that match {@code filter}, by its columns. */
    <K> Map<K, Sums> groups(
            Grouping.CellSource source, String filter, Map<String, ?> binds, Key<K> key) {
        return groups(source, source.columns(), filter, binds, key);
    }

    /** Returns the same by {@code group}. */
    <K> Map<K, Sums> groups(
            Grouping.CellSource source,
            List<String> group,
            String filter,
            Map<String, ?> binds,
            Key<K> key) {
        String rows = rows(source.table(), DAY, source.filter(filter));
        return withoutNestedLoops(() -> grouped(rows, group, binds, key));
    }

    /** Returns the sums of those rows by step (see {@link #step}). */
    Map<Instant, Sums> groupSeries(
            Grouping.CellSource source, String filter, Map<String, ?> binds) {
        String rows = rows(source.table(), range.stepSeconds(), source.filter(filter));
        return withoutNestedLoops(
                () ->
                        grouped(
                                rows,
                                List.of(step(range)),
                                binds,
                                row -> Rows.time(row, "step_start")));
    }

    /** Returns the query for the cell rows of the range that match {@code filter}. */
    String cellRows(String filter) {
        return rows(CellTable.AGENTS, DAY, filter);
    }

    /**
     * Disables nested loop joins. Right after a burst of new agents, Postgres has no statistics
     * about them and expects a few rows. It would then compare each minute with every closed window
     * of five minutes, in time quadratic in the number of agents.
     */
    <T> T withoutNestedLoops(Supplier<T> question) {
        return handle.inTransaction(
                h -> {
                    h.execute("SET LOCAL enable_nestloop = off");
                    return question.get();
                });
    }

    private String rows(CellTable table, long step, String filter) {
        return CellSpans.of(range, reached, step).stream()
                .map(span -> select(table, span, filter))
                .collect(joining("\nUNION ALL\n"));
    }

    /** Returns the sums of cells by step (see {@link #step}) and {@code group}. */
    <K> Map<K, Sums> cellSeries(
            List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        String rows = rows(CellTable.AGENTS, range.stepSeconds(), filter);
        return withoutNestedLoops(() -> grouped(rows, group, binds, key));
    }

    private String select(CellTable table, CellSpans.CellSpan span, String filter) {
        String closed =
                span.closedFrom() == null
                        ? "true"
                        : "(closed OR window_start < %s)".formatted(literal(span.closedFrom()));
        String rows =
                """
                SELECT %s, window_start,
                    %s
                FROM store.%s w
                WHERE %s"""
                        .formatted(
                                table.columns(),
                                wrapped(book.cellColumns()),
                                table.table(),
                                all(
                                        "granularity = " + span.seconds(),
                                        between("window_start", span.from(), span.to()),
                                        filter,
                                        closed));
        return rows
                + span.unlessIn().stream()
                        .map(longer -> notIn(table, longer, filter))
                        .collect(joining());
    }

    /** Returns a condition that skips the rows that a closed longer window already contains. */
    private static String notIn(CellTable table, CellSpans.Longer longer, String filter) {
        return """

                 AND NOT EXISTS (
                    SELECT FROM store.%s l
                    WHERE %s
                      AND l.window_start = date_bin(interval '%d seconds', w.window_start, 'epoch')
                      AND %s)"""
                .formatted(
                        table.table(),
                        all(
                                "l.granularity = " + longer.seconds(),
                                "l.closed",
                                between("l.window_start", longer.from(), longer.to()),
                                filter),
                        longer.seconds(),
                        table.sameSubject());
    }

    /** Joins conditions; "true" is left out. */
    private static String all(String... conditions) {
        return Arrays.stream(conditions)
                .filter(c -> !c.equals("true"))
                .collect(joining("\n  AND "));
    }

    /** Breaks a list at 100 columns. */
    private static String wrapped(String list) {
        return list.replaceAll("(.{1,94})(, |$)", "$1$2\n    ").strip();
    }

    /**
     * Formats a time as an SQL literal. The times are computed here and never come from user input.
     * With literals, Postgres prunes partitions at planning time, and can reuse the plan of a
     * statement that differs only in its agent.
     */
    static String literal(Instant time) {
        return "timestamptz '" + time + "'";
    }

    /**
     * Returns the sums of provider models by {@code group}. Their hourly rows are always complete.
     */
    <K> Map<K, Sums> providers(
            List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        return sums("provider_window", group, filter, binds, key);
    }

    /** Returns the sums of the fleet by {@code group}. */
    <K> Map<K, Sums> system(List<String> group, Key<K> key) {
        return sums("system_window", group, "true", Map.of(), key);
    }

    /** Returns the sums of the fleet by step, from hours if a step is whole hours. */
    Map<Instant, Sums> systemSeries() {
        List<String> group = List.of(step(range));
        Key<Instant> key = row -> Rows.time(row, "step_start");
        return range.stepSeconds() % HOUR == 0
                ? system(group, key)
                : series("system_window", group, "true", Map.of(), key);
    }

    private <K> Map<K, Sums> sums(
            String table, List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        Instant hoursFrom = range.hoursFrom();
        Instant hoursTo = range.hoursTo();
        Stream<String> spans =
                hoursFrom.isBefore(hoursTo)
                        ? Stream.of(
                                windows(HOUR, hoursFrom, hoursTo),
                                windows(MINUTE, range.from(), hoursFrom),
                                windows(MINUTE, hoursTo, range.to()))
                        : Stream.of(windows(MINUTE, range.from(), range.to()));
        String source =
                spans.map(span -> select(table, filter, span)).collect(joining("\nUNION ALL\n"));
        return grouped(source, group, binds, key);
    }

    /** Returns the query for the windows of a span, of the fleet or of providers. */
    private String select(String table, String filter, String span) {
        return """
                SELECT %s window_start,
                    %s
                FROM store.%s
                WHERE %s"""
                .formatted(
                        table.equals("provider_window") ? "provider, model, " : "",
                        wrapped(book.columns()),
                        table,
                        all(filter, span));
    }

    private static String windows(int seconds, Instant from, Instant to) {
        return "granularity = " + seconds + " AND " + between("window_start", from, to);
    }

    /** Returns a series of the fleet or of providers, by step. */
    <K> Map<K, Sums> series(
            String table, List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        int unit = range.stepSeconds() % HOUR == 0 ? HOUR : MINUTE;
        String span = windows(unit, range.from(), range.to());
        return grouped(select(table, filter, span), group, binds, key);
    }

    /** Returns the windows of 10 s of the fleet or of providers. */
    <K> Map<K, Sums> tenSeconds(String table, List<String> group, Key<K> key) {
        String span = windows(10, range.from(), range.to());
        return grouped(select(table, "true", span), group, Map.of(), key);
    }

    /** Returns the start of the step of a window, as the column {@code step_start}. */
    static String step(TimeRange range) {
        return step(range, "window_start");
    }

    static String step(TimeRange range, String column) {
        return "date_bin(interval '%d seconds', %s, %s) AS step_start"
                .formatted(range.stepSeconds(), column, literal(range.firstStep()));
    }

    /** Returns a condition for a half-open range. */
    static String between(String column, Instant from, Instant to) {
        return "%s >= %s AND %s < %s".formatted(column, literal(from), column, literal(to));
    }

    private <K> Map<K, Sums> grouped(
            String source, List<String> group, Map<String, ?> binds, Key<K> key) {
        String by =
                IntStream.rangeClosed(1, group.size())
                        .mapToObj(Integer::toString)
                        .collect(joining(", "));
        String sql =
                """
                SELECT %s,
                    %s
                FROM (
                %s) AS w
                GROUP BY %s"""
                        .formatted(String.join(", ", group), wrapped(book.sums()), source, by);
        Map<K, Sums> result = new LinkedHashMap<>();
        handle.createQuery(sql)
                .bindMap(binds)
                .map((row, context) -> result.put(key.of(row), Sums.of(book, row)))
                .list();
        return result;
    }

    static Object time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
