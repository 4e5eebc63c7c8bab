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

/** Conditions of a search for tasks in SQL, and the values that they bind. */
final class TaskConditions {
    private static final String TERMS = TaskColumns.TERMS + " @> CAST(:terms AS text[])";

    private static final String ERROR =
            "coalesce(t.error_type, t.error_message) IS NOT NULL AND"
                    + " coalesce(t.error_type, '') || ' ' || coalesce(t.error_message, '')"
                    + " ILIKE :error";

    /** Columns whose values are terms of the index. */
    private static final Set<String> TERM_COLUMNS =
            Set.of("agent_type", "provider", "model", "error_type");

    final Map<String, Object> binds = new HashMap<>();
    private final TaskSearch search;
    private final Handle handle;
    private final boolean inOrder;
    private final StringBuilder sql = new StringBuilder();
    private final List<String> terms = new ArrayList<>();

    /**
     * @param inOrder true if tasks are read in their order, by no index on the error
     */
    TaskConditions(TaskSearch search, Handle handle, boolean inOrder) {
        this.search = search;
        this.handle = handle;
        this.inOrder = inOrder;
        binds.put("from", Windows.time(search.range().from()));
        binds.put("to", Windows.time(search.range().to()));
    }

    private static boolean isOutcome(RowFilter filter) {
        return filter.operator() == Operator.IS && filter.column().equals("outcome");
    }

    /** Returns true if rows are compared by the outcome in another way than by equality. */
    static boolean comparesOutcome(Listing listing) {
        return listing.where().stream()
                .anyMatch(c -> c.column().equals("outcome") && !isOutcome(c));
    }

    String sql(SqlColumn sort, String key) {
        Listing listing = search.listing();
        if (search.agent() != null) {
            and("t.agent_id = :agent", "agent", search.agent());
        }
        if (listing.tag() != null) {
            tag(listing.tag());
        }
        if (search.error() != null) {
            error(search.error());
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

    private void error(String part) {
        binds.put("error", "%" + part.replaceAll("([\\\\%_])", "\\\\$1") + "%");
        if (inOrder) {
            repeated(ERROR);
        } else {
            sql.append("\n  AND ").append(ERROR);
        }
    }

    private void tag(Listing.TagFilter tag) {
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
        boolean isTerm = filter.operator() == Operator.IS && TERM_COLUMNS.contains(filter.column());
        binds.put(bind, column.bound(filter.value()));
        if (isTerm) {
            terms.add(filter.column() + "=" + filter.value());
            repeated(condition);
            return;
        }
        sql.append("\n  AND ").append(condition);
    }

    /**
     * Adds a condition on the outcome after verdicts. Most verdicts are in the stored outcome; the
     * other ones are looked up for the few tasks that have one.
     */
    private void outcome(String outcome, String bind) {
        String term = "outcome=" + outcome;
        binds.put(bind, outcome);
        List<String> corrected = Verdicts.corrected(handle, search.range().from());
        if (corrected.isEmpty()) {
            terms.add(term);
            repeated("t.outcome = :" + bind);
        } else if (corrected.size() <= Verdicts.FEW) {
            repeated(
                    "CASE WHEN t.task_id = ANY(:corrected) THEN %s ELSE t.outcome END = :%s"
                            .formatted(Verdicts.OUTCOME_WITHOUT_JOIN, bind));
            and(
                    "(%s OR t.task_id = ANY(:corrected))"
                            .formatted(TERMS.replace(":terms", ":term" + bind)),
                    "corrected",
                    corrected.toArray(String[]::new));
            binds.put("term" + bind, new String[] {term});
        } else {
            repeated(Verdicts.OUTCOME_WITHOUT_JOIN + " = :" + bind);
        }
    }

    private void after(SqlColumn sort, String key, TaskQueries.TaskPageKey place) {
        String sign = search.listing().descending() ? "<" : ">";
        binds.put("afterKey", sort.bound(sort.kind().parse(place.key())));
        and(
                "(%s, t.task_id) %s (:afterKey, :afterId)".formatted(key, sign),
                "afterId",
                place.taskId());
    }
}
