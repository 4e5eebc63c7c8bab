package io.agentanalytics.api.query;

import io.agentanalytics.api.query.Listing.Operator;
import io.agentanalytics.api.query.Listing.RowFilter;
import io.agentanalytics.api.query.TaskColumns.SqlColumn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static final String TERMS =
            "store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type)"
                    + " @> CAST(:terms AS text[])";

    private static final String ERROR =
            "coalesce(t.error_type, t.error_message) IS NOT NULL AND"
                    + " coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '')"
                    + " ILIKE :error";

    /** Columns whose values are terms of the index. */
    private static final Set<String> TERM_COLUMNS =
            Set.of("agent_type", "provider", "model", "error_type");

    /** Outcome after verdicts, without a join. */
    private static final String OUTCOME =
            "coalesce((SELECT CASE WHEN v.success THEN 'succeeded' ELSE 'failed' END"
                    + " FROM store.task_verdicts v"
                    + " WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until"
                    + " ORDER BY v.verdict_at DESC, v.event_id DESC LIMIT 1), t.outcome)";

    /** Number of verdicts that correct a row, up to which the search by outcome uses the index. */
    private static final int FEW_VERDICTS = 1000;

    Query query(Handle handle) {
        SqlColumn sort = TaskColumns.column(listing.sort());
        String key = sort.key(listing.descending());
        String direction = listing.descending() ? "DESC" : "ASC";
        String order = "%s %s, t.task_id %s".formatted(key, direction, direction);
        Conditions where = new Conditions(handle);
        String sql =
                "SELECT "
                        + TaskRows.COLUMNS
                        + ", "
                        + TaskColumns.JUDGED
                        + " AS judged, to_jsonb(%s) #>> '{}' AS sort_key\n".formatted(key)
                        + "FROM (SELECT t.* FROM store.task_execution_timeline t\n"
                        + (needsVerdicts() ? TaskRows.VERDICT : "")
                        + "WHERE t.ended_at >= :from AND t.ended_at < :to AND NOT t.retracted"
                        + where.sql(sort, key)
                        + "\nORDER BY "
                        + order
                        + " LIMIT :limit) t\n"
                        + TaskRows.VERDICT
                        + "ORDER BY "
                        + order;
        return handle.createQuery(sql)
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .bind("limit", listing.limit())
                .bindMap(where.binds);
    }

    /**
     * Returns true if rows are sorted or compared by the outcome in another way than by equality.
     */
    private boolean needsVerdicts() {
        return listing.sort().equals("outcome")
                || listing.where().stream()
                        .anyMatch(c -> c.column().equals("outcome") && !isOutcome(c));
    }

    private static boolean isOutcome(RowFilter filter) {
        return filter.operator() == Operator.IS && filter.column().equals("outcome");
    }

    private final class Conditions {
        final Map<String, Object> binds = new HashMap<>();
        private final Handle handle;
        private final StringBuilder sql = new StringBuilder();
        private final List<String> terms = new ArrayList<>();

        Conditions(Handle handle) {
            this.handle = handle;
        }

        String sql(SqlColumn sort, String key) {
            if (agent != null) {
                and("t.agent_id = :agent", "agent", agent);
            }
            if (listing.tag() != null) {
                tag(listing.tag());
            }
            if (error != null) {
                and(ERROR, "error", "%" + error.replaceAll("([\\\\%_])", "\\\\$1") + "%");
            }
            for (int i = 0; i < listing.where().size(); i++) {
                column(listing.where().get(i), "where" + i);
            }
            if (!terms.isEmpty()) {
                and(TERMS, "terms", terms.toArray(String[]::new));
            }
            if (listing.after() != null) {
                after(sort, key, TaskQueries.TaskPageKey.parse(listing.after()));
            }
            return sql.toString();
        }

        private void and(String condition, String name, Object value) {
            sql.append("\n  AND ").append(condition);
            binds.put(name, value);
        }

        /**
         * Adds a condition that repeats a term. It is cheap where tasks are read in their order; it
         * must not count again in the planner's estimate, so its selectivity is hidden.
         */
        private void repeated(String condition) {
            sql.append("\n  AND coalesce(").append(condition).append(", false)");
        }

        private void tag(Listing.Tag tag) {
            terms.add("tag:" + tag.key() + "=" + tag.value());
            repeated("t.tags ->> :tagKey = :tagValue");
            binds.put("tagKey", tag.key());
            binds.put("tagValue", tag.value());
        }

        private void column(RowFilter filter, String bind) {
            if (isOutcome(filter)) {
                outcome((String) filter.value(), bind);
                return;
            }
            SqlColumn column = TaskColumns.column(filter.column());
            String condition = column.condition(filter.operator(), bind);
            boolean isTerm =
                    filter.operator() == Operator.IS && TERM_COLUMNS.contains(filter.column());
            binds.put(bind, column.bound(filter.value()));
            if (isTerm) {
                terms.add(filter.column() + "=" + filter.value());
                repeated(condition);
                return;
            }
            sql.append("\n  AND ").append(condition);
        }

        /**
         * Adds a condition on the outcome after verdicts. Most verdicts are in the stored outcome;
         * the other ones are looked up for the few tasks that have one.
         */
        private void outcome(String outcome, String bind) {
            String term = "outcome=" + outcome;
            binds.put(bind, outcome);
            List<String> corrected = corrected();
            if (corrected.isEmpty()) {
                terms.add(term);
                repeated("t.outcome = :" + bind);
            } else if (corrected.size() <= FEW_VERDICTS) {
                repeated(
                        "CASE WHEN t.task_id = ANY(:corrected) THEN %s ELSE t.outcome END = :%s"
                                .formatted(OUTCOME, bind));
                and(
                        "(%s OR t.task_id = ANY(:corrected))"
                                .formatted(TERMS.replace(":terms", ":term" + bind)),
                        "corrected",
                        corrected.toArray(String[]::new));
                binds.put("term" + bind, new String[] {term});
            } else {
                repeated(OUTCOME + " = :" + bind);
            }
        }

        /** Returns tasks with verdicts that are not in their row; more than a few if there are. */
        private List<String> corrected() {
            return handle.createQuery(
                            "SELECT task_id FROM store.task_verdicts WHERE NOT counted"
                                    + " AND verdict_at >= :from LIMIT :limit")
                    .bind("from", Windows.time(range.from()))
                    .bind("limit", FEW_VERDICTS + 1)
                    .mapTo(String.class)
                    .list();
        }

        private void after(SqlColumn sort, String key, TaskQueries.TaskPageKey place) {
            String sign = listing.descending() ? "<" : ">";
            binds.put("afterKey", sort.bound(sort.kind().parse(place.key())));
            and(
                    "(%s, t.task_id) %s (:afterKey, :afterId)".formatted(key, sign),
                    "afterId",
                    place.taskId());
        }
    }
}
