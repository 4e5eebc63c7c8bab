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
        /** As the planner's statistics suggest. */
        PLANNED,
        /** All matches by the indexes of the conditions. */
        BY_INDEX,
        /** In the order of the listing, until there are enough. */
        IN_ORDER
    }

    Query query(Handle handle, Way way) {
        SqlColumn sort = TaskColumns.column(listing.sort());
        String key = sort.key(listing.descending());
        String direction = listing.descending() ? "DESC" : "ASC";
        String order = "%s %s, t.task_id %s".formatted(key, direction, direction);
        TaskConditions where = new TaskConditions(this, handle, way == Way.IN_ORDER);
        String matches = "SELECT t.* " + FROM + verdicts() + WHERE + where.sql(sort, key) + "\n";
        if (way == Way.BY_INDEX) {
            matches = "SELECT t.* FROM (" + matches + "OFFSET 0) t\n"; // a fence for the planner
        }
        String sql =
                "SELECT "
                        + TaskRows.COLUMNS
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
        return handle.createQuery(sql).bind("limit", listing.limit()).bindMap(where.binds);
    }

    private String verdicts() {
        boolean isNeeded =
                listing.sort().equals("outcome") || TaskConditions.comparesOutcome(listing);
        return isNeeded ? Verdicts.JOIN : "";
    }

    /** Returns the number of matches, at most {@code most}; reads no more than these. */
    int count(Handle handle, int most) {
        SqlColumn sort = TaskColumns.column(listing.sort());
        TaskConditions where = new TaskConditions(this, handle, false);
        String conditions = where.sql(sort, sort.key(listing.descending()));
        // Materialized, or the planner expects to find them among the first rows of the table.
        return handle.createQuery(
                        "WITH matches AS MATERIALIZED (SELECT 1 "
                                + FROM
                                + verdicts()
                                + WHERE
                                + conditions
                                + ")\nSELECT count(*) FROM (SELECT FROM matches LIMIT :most) m")
                .bind("most", most)
                .bindMap(where.binds)
                .mapTo(Integer.class)
                .one();
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
