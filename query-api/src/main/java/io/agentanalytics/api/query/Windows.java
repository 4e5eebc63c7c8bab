package io.agentanalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/** Sums of windows, whatever the range: as many long ones as fit, and shorter ones for the rest. */
final class Windows {
    /** Reads the key of a group. */
    interface Key<K> {
        K of(ResultSet row) throws SQLException;
    }

    private final Handle handle;
    private final TimeRange range;
    private final Instant reached;
    private final Sums.Book book;

    /** {@code reached} is the event time that the job has reached. */
    Windows(Handle handle, TimeRange range, Instant reached, Sums.Book book) {
        this.book = book;
        this.handle = handle;
        this.range = range;
        this.reached = reached;
    }

    /** Sums of cells by {@code group}, of those for which {@code filter} holds. */
    <K> Map<K, Sums> cells(List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        String source =
                CellSpans.of(range, reached).stream()
                        .map(span -> select(span, filter))
                        .collect(joining(" UNION ALL "));
        return grouped(source, group, binds, key);
    }

    private String select(CellSpans.Span span, String filter) {
        String closed =
                span.closedFrom() == null
                        ? ""
                        : "AND (closed OR window_start < %s)".formatted(literal(span.closedFrom()));
        String notInLonger =
                span.unlessIn().stream()
                        .map(
                                l ->
                                        NOT_IN_LONGER.formatted(
                                                l.seconds(),
                                                literal(l.from()),
                                                literal(l.to()),
                                                l.seconds()))
                        .collect(joining());
        return """
               SELECT agent_id, agent_type, provider, model, window_start, %s
               FROM store.agent_window w
               WHERE granularity = %d AND window_start >= %s AND window_start < %s AND %s %s %s
               """
                .formatted(
                        book.columns(),
                        span.seconds(),
                        literal(span.from()),
                        literal(span.to()),
                        filter,
                        closed,
                        notInLonger);
    }

    private static final String NOT_IN_LONGER =
            """
            AND NOT EXISTS (SELECT FROM store.agent_window l
              WHERE l.granularity = %d AND l.closed AND l.window_start >= %s AND l.window_start < %s
                AND l.window_start = date_bin(%d * interval '1 second', w.window_start, 'epoch')
                AND l.agent_id = w.agent_id AND l.agent_type = w.agent_type
                AND l.provider = w.provider AND l.model = w.model)
            """;

    /** Times of ours, not of a user: as literals, Postgres plans with them. */
    private static String literal(Instant time) {
        return "timestamptz '" + time + "'";
    }

    /** Sums of providers' models by {@code group}; their hour rows are always whole. */
    <K> Map<K, Sums> providers(
            List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        return sums("provider_window", "provider, model, ", group, filter, binds, key);
    }

    /** Sums of the fleet by {@code group}. */
    <K> Map<K, Sums> system(List<String> group, Key<K> key) {
        return sums("system_window", "", group, "true", Map.of(), key);
    }

    private <K> Map<K, Sums> sums(
            String table,
            String keys,
            List<String> group,
            String filter,
            Map<String, ?> binds,
            Key<K> key) {
        String source =
                """
                SELECT %s window_start, %s FROM store.%s
                WHERE granularity = 3600 AND window_start >= :hoursFrom AND window_start < :hoursTo
                  AND %s
                UNION ALL
                SELECT %s window_start, %s FROM store.%s
                WHERE granularity = 60
                  AND ((window_start >= :from AND window_start < least(:hoursFrom, :to))
                    OR (window_start >= greatest(:hoursTo, :from) AND window_start < :to)) AND %s
                """
                        .formatted(
                                keys,
                                book.columns(),
                                table,
                                filter,
                                keys,
                                book.columns(),
                                table,
                                filter);
        return grouped(source, group, binds, key);
    }

    /** A series by step, of the longest windows that divide it. */
    <K> Map<K, Sums> series(
            String table, List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        String keys =
                table.equals("provider_window")
                        ? "provider, model, "
                        : table.equals("agent_window") ? "agent_id, provider, model, " : "";
        String source =
                """
                SELECT %s window_start, %s FROM store.%s
                WHERE granularity = %d AND window_start >= :from AND window_start < :to AND %s
                """
                        .formatted(keys, book.columns(), table, unit(table), filter);
        return grouped(source, group, binds, key);
    }

    /** Windows of 10 s, of the fleet or of providers. */
    <K> Map<K, Sums> tenSeconds(String table, List<String> group, Key<K> key) {
        String source =
                """
                SELECT * FROM store.%s
                WHERE granularity = 10 AND window_start >= :from AND window_start < :to
                """
                        .formatted(table);
        return grouped(source, group, Map.of(), key);
    }

    private int unit(String table) {
        long step = range.stepSeconds();
        if (table.equals("agent_window")) {
            // A window that the range cuts would count what is outside it.
            return CellSpans.LENGTHS.stream()
                    .filter(s -> step % s == 0 && range.isWhole(s))
                    .findFirst()
                    .orElse(60);
        }
        return step % 3600 == 0 ? 3600 : 60;
    }

    /** The start of the step that a window is in, as the column {@code step_start}. */
    static final String STEP = "date_bin(:step * interval '1 second', window_start, :origin)";

    private <K> Map<K, Sums> grouped(
            String source, List<String> group, Map<String, ?> binds, Key<K> key) {
        String by =
                IntStream.rangeClosed(1, group.size())
                        .mapToObj(Integer::toString)
                        .collect(joining(", "));
        String sql =
                "SELECT %s, %s FROM (%s) AS w GROUP BY %s"
                        .formatted(String.join(", ", group), book.sums(), source, by);
        Map<K, Sums> result = new LinkedHashMap<>();
        var query =
                handle.createQuery(sql)
                        .bind("from", time(range.from()))
                        .bind("to", time(range.to()))
                        .bind("hoursFrom", time(range.hoursFrom()))
                        .bind("hoursTo", time(range.hoursTo()))
                        .bind("step", range.stepSeconds())
                        .bind("origin", Windows.time(range.firstStep()))
                        .bindMap(binds);
        query.map((row, context) -> result.put(key.of(row), Sums.of(book, row))).list();
        return result;
    }

    static Object time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
