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

/**
 * Sums of windows, whatever the range: whole hours come from hour rows, the rest from minutes. Hour
 * rows of cells hold all of an hour only once it is closed; for the newest hours, minutes are added
 * up where the hour row is not closed yet.
 */
final class Windows {
    /** Reads the key of a group. */
    interface Key<K> {
        K of(ResultSet row) throws SQLException;
    }

    private final Handle handle;
    private final TimeRange range;
    private final Instant mayBeOpenFrom;
    private final Sums.Book book;

    Windows(Handle handle, TimeRange range, Instant mayBeOpenFrom, Sums.Book book) {
        this.book = book;
        this.handle = handle;
        this.range = range;
        this.mayBeOpenFrom = mayBeOpenFrom;
    }

    /** Sums of cells by {@code group}, of those for which {@code filter} holds. */
    <K> Map<K, Sums> cells(List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        String keys = "agent_id, agent_type, provider, model, window_start, ";
        String source =
                """
                SELECT %s %s FROM store.agent_window w
                WHERE granularity = 3600 AND window_start >= :hoursFrom AND window_start < :hoursTo
                  AND (closed OR window_start < :openFrom) AND %s
                UNION ALL
                SELECT %s %s FROM store.agent_window w
                WHERE granularity = 60
                  AND ((window_start >= :from AND window_start < least(:hoursFrom, :to))
                    OR (window_start >= greatest(:hoursTo, :from) AND window_start < :to)) AND %s
                UNION ALL
                SELECT %s %s FROM store.agent_window w
                WHERE granularity = 60 AND window_start >= greatest(:hoursFrom, :openFrom)
                  AND window_start < :hoursTo AND %s
                  AND NOT EXISTS (SELECT FROM store.agent_window h
                    WHERE h.granularity = 3600 AND h.closed
                      AND h.window_start = date_trunc('hour', w.window_start, 'UTC')
                      AND h.agent_id = w.agent_id AND h.agent_type = w.agent_type
                      AND h.provider = w.provider AND h.model = w.model)
                """
                        .formatted(
                                keys,
                                book.columns(),
                                filter,
                                keys,
                                book.columns(),
                                filter,
                                keys,
                                book.columns(),
                                filter);
        return grouped(source, group, binds, key);
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

    /** A series of the fleet or of providers, by step. */
    <K> Map<K, Sums> series(
            String table, List<String> group, String filter, Map<String, ?> binds, Key<K> key) {
        String keys =
                table.equals("provider_window")
                        ? "provider, model, "
                        : table.equals("agent_window") ? "agent_id, provider, model, " : "";
        String source =
                """
                SELECT %s window_start, %s FROM store.%s
                WHERE granularity = :unit AND window_start >= :from AND window_start < :to AND %s
                """
                        .formatted(keys, book.columns(), table, filter);
        return grouped(source, group, binds, key);
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
                        .bind("openFrom", time(mayBeOpenFrom))
                        .bind("step", range.stepSeconds())
                        .bind("origin", Windows.time(range.firstStep()))
                        .bind("unit", range.stepSeconds() % 3600 == 0 ? 3600 : 60)
                        .bindMap(binds);
        query.map((row, context) -> result.put(key.of(row), Sums.of(book, row))).list();
        return result;
    }

    static Object time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
