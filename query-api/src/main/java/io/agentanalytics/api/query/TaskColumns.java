package io.agentanalytics.api.query;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sortable and filterable columns of tasks. */
public final class TaskColumns {
    public static final String DEFAULT_SORT = "ended_at";

    /**
     * Columns by which the tasks of all agents are filtered. There are indexes for them; other
     * conditions would read every task of the range.
     */
    public static final Set<String> SEARCHED =
            Set.of(
                    "outcome",
                    "agent_type",
                    "provider",
                    "model",
                    "error_type",
                    "cost_usd",
                    "duration_ms");

    /** Orders of the tasks of all agents, for which there are indexes as well. */
    public static final Set<String> ORDERS =
            Set.of("ended_at", "-ended_at", "-cost_usd", "-duration_ms");

    /** Terms of a task {@code t}; equal to the expression of the index of the search. */
    public static final String TERMS =
            "store.task_terms(t.tags, t.agent_type, t.provider, t.model, t.outcome, t.error_type)";

    private static final Map<String, SqlColumn> COLUMNS = new LinkedHashMap<>();

    static {
        put("ended_at", ColumnKind.TIME, "t.ended_at", false);
        put("task_id", ColumnKind.TEXT, "t.task_id", false);
        put("agent_id", ColumnKind.TEXT, "t.agent_id", false);
        put("agent_type", ColumnKind.TEXT, "t.agent_type", false);
        put("outcome", ColumnKind.OUTCOME, Verdicts.OUTCOME, false);
        put("provider", ColumnKind.TEXT, "t.provider", true);
        put("model", ColumnKind.TEXT, "t.model", true);
        put("error_type", ColumnKind.TEXT, "t.error_type", true);
        put("submitted_at", ColumnKind.TIME, "t.submitted_at", true);
        put("started_at", ColumnKind.TIME, "t.started_at", true);
        indexed("duration_ms", "coalesce(t.duration_ms, -1)", true);
        put("calls", ColumnKind.NUMBER, "t.calls", false);
        put("calls_failed", ColumnKind.NUMBER, "t.calls_failed", false);
        put("tool_calls", ColumnKind.NUMBER, "t.tool_calls", true);
        put("tokens", ColumnKind.NUMBER, "(t.input_tokens + t.output_tokens)", true);
        indexed(
                "cost_usd",
                "(CASE WHEN t.cost_reported + t.cost_priced = 0 AND t.requests_unpriced > 0 THEN -1"
                        + " ELSE t.cost_reported + t.cost_priced END)",
                false);
        put("files_created", ColumnKind.NUMBER, "t.files_created", true);
        put("files_modified", ColumnKind.NUMBER, "t.files_modified", true);
    }

    private TaskColumns() {}

    private static void put(String name, ColumnKind kind, String sql, boolean isNullable) {
        COLUMNS.put(name, new SqlColumn(kind, sql, isNullable, false, false));
    }

    private static void indexed(String name, String sql, boolean isWhole) {
        COLUMNS.put(name, new SqlColumn(ColumnKind.NUMBER, sql, true, true, isWhole));
    }

    static SqlColumn column(String name) {
        return Objects.requireNonNull(COLUMNS.get(name));
    }

    /** Returns the kinds of all columns by name. */
    public static Map<String, ColumnKind> kinds() {
        Map<String, ColumnKind> kinds = new LinkedHashMap<>();
        COLUMNS.forEach((name, column) -> kinds.put(name, column.kind()));
        return kinds;
    }

    /**
     * SQL expression of a column. Unknown values come last in either order and match no condition.
     *
     * @param isIndexed true if there is an index on the expression, in which unknown is -1
     * @param isWhole true if the expression is a bigint, whose index serves no decimal
     */
    record SqlColumn(
            ColumnKind kind, String sql, boolean isNullable, boolean isIndexed, boolean isWhole) {

        String key(boolean descending) {
            if (isIndexed) {
                return descending
                        ? sql
                        : "(CASE WHEN %1$s < 0 THEN 999999999999999999 ELSE %1$s END)"
                                .formatted(sql);
            }
            String last =
                    switch (kind) {
                        case TEXT, OUTCOME, WASTE_PATTERN -> descending ? "''" : "'\uDBFF\uDFFD'";
                        case NUMBER -> descending ? "-1" : "999999999999999999";
                        case TIME ->
                                descending
                                        ? "timestamptz '0001-01-01Z'"
                                        : "timestamptz '9999-01-01Z'";
                    };
            String known = isNullable ? "coalesce(%s, %s)".formatted(sql, last) : sql;
            return kind == ColumnKind.TEXT || kind == ColumnKind.OUTCOME
                    ? known + " COLLATE \"C\""
                    : known;
        }

        String condition(Listing.Operator operator, String bind) {
            String condition = "%s %s :%s".formatted(sql, operator.sql(), bind);
            return isIndexed ? "%s AND %s >= 0".formatted(condition, sql) : condition;
        }

        Object bound(@Nullable Comparable<?> value) {
            if (value == null) {
                throw new TaskQueries.IllegalCursorException();
            }
            if (isWhole && value instanceof BigDecimal n && n.stripTrailingZeros().scale() <= 0) {
                return n.longValue();
            }
            return value instanceof Instant time ? Windows.time(time) : value;
        }
    }
}
