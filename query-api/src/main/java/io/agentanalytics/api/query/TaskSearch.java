package io.agentanalytics.api.query;

import io.agentanalytics.api.query.TaskColumns.SqlColumn;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Search for tasks that ended in a range.
 *
 * @param agent agent of the tasks; null for those of all agents
 * @param error part of the error type or message; null to match all
 */
public record TaskSearch(
        TimeRange range, @Nullable String agent, @Nullable String error, Listing listing) {

    private static final String FROM = "FROM store.task_execution_timeline t\n";
    private static final String WHERE =
            "WHERE t.ended_at >= :from AND t.ended_at < :to AND NOT t.retracted";

    /** Way in which Postgres reads the tasks. */
    enum Way {
        /** The planner chooses by its statistics. */
        PLANNED,
        /** All matches by the indexes of the conditions, up to a number. */
        BY_INDEX,
        /** In the order of the listing, until there are enough. */
        IN_ORDER
    }

    Query query(Handle handle, Way way) {
        return query(handle, way, 0);
    }

    /**
     * Returns the query of all matches by the indexes of the conditions. The column {@code matches}
     * is their number, at most {@code most}; if there are more, some are missing in the page.
     */
    Query byIndex(Handle handle, int most) {
        return query(handle, Way.BY_INDEX, most);
    }

    private Query query(Handle handle, Way way, int most) {
        SqlColumn sort = TaskColumns.column(listing.sort());
        String key = sort.key(listing.descending());
        String direction = listing.descending() ? "DESC" : "ASC";
        String order = "%s %s, t.task_id %s".formatted(key, direction, direction);
        TaskConditions where = new TaskConditions(this, handle, way == Way.IN_ORDER);
        String matches = "SELECT t.* " + FROM + verdicts() + WHERE + where.sql(sort, key) + "\n";
        if (way == Way.BY_INDEX) {
            // Materialized, or the planner expects to find them among the first rows of the table.
            matches =
                    "SELECT t.*, count(*) OVER () AS matches FROM (\n"
                            + "WITH found AS MATERIALIZED ("
                            + matches
                            + ")\nSELECT * FROM found LIMIT :most) t\n";
        }
        String sql =
                "SELECT "
                        + TaskRows.COLUMNS
                        + (way == Way.BY_INDEX ? ", matches" : "")
                        + ", "
                        + Verdicts.OUTCOME
                        + " AS judged, to_jsonb(%s) #>> '{}' AS sort_key\n".formatted(key)
                        + "FROM ("
                        + matches
                        + "ORDER BY "
                        + order
                        + " LIMIT :limit) t\n"
                        + Verdicts.JOIN
                        + "ORDER BY "
                        + order;
        return handle.createQuery(sql)
                .bind("limit", listing.limit())
                .bind("most", most)
                .bindMap(where.binds);
    }

    private String verdicts() {
        boolean isNeeded =
                listing.sort().equals("outcome") || TaskConditions.comparesOutcome(listing);
        return isNeeded ? Verdicts.JOIN : "";
    }

    boolean isByTime() {
        return listing.sort().equals(TaskColumns.DEFAULT_SORT);
    }

    /**
     * Returns this search for each day of UTC, as the table is partitioned, in the order of the
     * listing, which is by time, and from its page key on.
     */
    List<TaskSearch> days() {
        Instant from = range.from();
        Instant to = range.to();
        if (listing.after() != null) {
            Instant last = TaskQueries.TaskPageKey.parse(listing.after()).time();
            from = listing.descending() || last.isBefore(from) ? from : last;
            to = listing.descending() && last.isBefore(to) ? last.plus(1, ChronoUnit.MICROS) : to;
        }
        List<TaskSearch> days = new ArrayList<>();
        for (Instant day = from; day.isBefore(to); ) {
            Instant next = day.truncatedTo(ChronoUnit.DAYS).plus(Duration.ofDays(1));
            days.add(within(day, next.isBefore(to) ? next : to));
            day = next;
        }
        if (listing.descending()) {
            Collections.reverse(days);
        }
        return days;
    }

    /** Returns this search for its days in turn: one, then two at once, then four and so on. */
    List<TaskSearch> growingParts() {
        List<TaskSearch> days = days();
        List<TaskSearch> parts = new ArrayList<>();
        for (int i = 0; i < days.size(); ) {
            int next = Math.min(days.size(), i + (1 << parts.size()));
            TimeRange first = days.get(i).range;
            TimeRange last = days.get(next - 1).range;
            parts.add(
                    listing.descending()
                            ? within(last.from(), first.to())
                            : within(first.from(), last.to()));
            i = next;
        }
        return parts;
    }

    private TaskSearch within(Instant from, Instant to) {
        TimeRange part = new TimeRange(from, to, range.stepSeconds());
        return new TaskSearch(part, agent, error, listing);
    }

    TaskSearch limitedTo(int limit) {
        return new TaskSearch(range, agent, error, listing.limitedTo(limit));
    }
}
