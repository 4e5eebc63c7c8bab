package io.agentanalytics.api.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.view.TaskViewBuilder;
import io.agentanalytics.api.view.Views.CostBySource;
import io.agentanalytics.api.view.Views.TaskView;
import io.agentanalytics.api.view.Views.TokenCounts;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.TokenKind;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Queries for the task timeline, after verdicts. */
public final class TaskQueries {
    private static final String SELECT =
            """
            SELECT t.*, CASE WHEN v.task_id IS NULL THEN t.outcome
                WHEN v.success THEN 'succeeded' ELSE 'failed' END AS judged
            FROM store.task_execution_timeline t
            LEFT JOIN LATERAL (
                SELECT task_id, success FROM store.task_verdicts v
                WHERE v.task_id = t.task_id AND v.verdict_at > t.verdict_until
                ORDER BY verdict_at DESC, event_id DESC LIMIT 1) v ON true
            """;

    private final Handle handle;

    public TaskQueries(Handle handle) {
        this.handle = handle;
    }

    public Optional<TaskView> task(String id) {
        return handle.createQuery(
                        SELECT
                                + " WHERE t.task_id = :id AND NOT t.retracted"
                                + " ORDER BY t.ended_at DESC LIMIT 1")
                .bind("id", id)
                .map((row, context) -> view(row))
                .findFirst();
    }

    /** Returns a page of the tasks of an agent, in the order of the listing. */
    public TaskPage page(String agent, TimeRange range, Listing listing) {
        try (Query query = query(agent, range, listing)) {
            List<Placed> placed =
                    query.map((row, context) -> new Placed(view(row), place(row))).list();
            boolean more = placed.size() == listing.limit();
            return new TaskPage(
                    placed.stream().map(Placed::task).toList(),
                    more ? placed.get(placed.size() - 1).place() : null);
        }
    }

    /**
     * Streams the tasks of all agents to a consumer, without holding them in memory. Needs a
     * transaction.
     */
    public void each(TimeRange range, Listing listing, Consumer<? super TaskView> to) {
        try (Query query = query(null, range, listing).setFetchSize(FETCH)) {
            query.map((row, context) -> view(row)).forEach(to);
        }
    }

    private Query query(@Nullable String agent, TimeRange range, Listing listing) {
        SqlColumn sort = column(listing.sort());
        String key = sort.key(listing.descending());
        String direction = listing.descending() ? "DESC" : "ASC";
        StringBuilder sql = new StringBuilder();
        sql.append("SELECT *, to_jsonb(").append(key).append(") #>> '{}' AS sort_key FROM (");
        sql.append(SELECT)
                .append(
                        """
                        WHERE t.ended_at >= :from AND t.ended_at < :to AND NOT t.retracted
                          AND (:agent::text IS NULL OR t.agent_id = :agent)
                        ) AS task WHERE true
                        """);
        Map<String, Object> binds = new HashMap<>();
        for (int i = 0; i < listing.where().size(); i++) {
            Listing.RowFilter c = listing.where().get(i);
            SqlColumn column = column(c.column());
            sql.append(" AND %s %s :where%d".formatted(column.sql, c.operator().sql(), i));
            binds.put("where" + i, column.bound(c.value()));
        }
        if (listing.after() != null) {
            TaskPageKey place = TaskPageKey.parse(listing.after());
            Comparable<?> value = sort.kind.parse(place.key());
            if (value == null) {
                throw new IllegalCursorException();
            }
            String sign = listing.descending() ? "<" : ">";
            sql.append(" AND (%s, task_id) %s (:afterKey, :afterId)".formatted(key, sign));
            binds.put("afterKey", sort.bound(value));
            binds.put("afterId", place.taskId());
        }
        sql.append(" ORDER BY %s %s, task_id %s LIMIT :limit".formatted(key, direction, direction));
        return handle.createQuery(sql.toString())
                .bind("agent", agent)
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .bind("limit", listing.limit())
                .bindMap(binds);
    }

    private static String place(ResultSet row) throws SQLException {
        return new TaskPageKey(row.getString("sort_key"), row.getString("task_id")).text();
    }

    /**
     * Page of tasks.
     *
     * @param next page key of the next page; null on the last page
     */
    public record TaskPage(List<TaskView> tasks, @Nullable String next) {}

    /** Task with its page key, after which the next page starts. */
    private record Placed(TaskView task, String place) {}

    /**
     * Page key. Its text form starts with the length of the key, because both key and task ID may
     * contain any character.
     */
    private record TaskPageKey(String key, String taskId) {
        String text() {
            return key.length() + ":" + key + taskId;
        }

        static TaskPageKey parse(String text) {
            int colon = text.indexOf(':');
            try {
                int length = Integer.parseInt(text.substring(0, colon));
                String rest = text.substring(colon + 1);
                return new TaskPageKey(rest.substring(0, length), rest.substring(length));
            } catch (IndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalCursorException();
            }
        }
    }

    /** Thrown if a cursor was not created by this API, or was created for another order. */
    public static final class IllegalCursorException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;
    }

    /** SQL expression of a column. Unknown values sort last in either order. */
    private record SqlColumn(ColumnKind kind, String sql, boolean nullable) {
        String key(boolean descending) {
            String last =
                    switch (kind) {
                        case TEXT -> descending ? "''" : "'\uDBFF\uDFFD'";
                        case NUMBER -> descending ? "-1" : "999999999999999999";
                        case TIME ->
                                descending
                                        ? "timestamptz '0001-01-01Z'"
                                        : "timestamptz '9999-01-01Z'";
                    };
            String known = nullable ? "coalesce(%s, %s)".formatted(sql, last) : sql;
            return kind == ColumnKind.TEXT ? known + " COLLATE \"C\"" : known;
        }

        Object bound(Comparable<?> value) {
            return value instanceof Instant time ? Windows.time(time) : value;
        }
    }

    public static final String DEFAULT_SORT = "ended_at";
    private static final int FETCH = 1000;
    private static final Map<String, SqlColumn> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("ended_at", new SqlColumn(ColumnKind.TIME, "ended_at", false));
        COLUMNS.put("task_id", new SqlColumn(ColumnKind.TEXT, "task_id", false));
        COLUMNS.put("agent_id", new SqlColumn(ColumnKind.TEXT, "agent_id", false));
        COLUMNS.put("agent_type", new SqlColumn(ColumnKind.TEXT, "agent_type", false));
        COLUMNS.put("outcome", new SqlColumn(ColumnKind.TEXT, "judged", false));
        COLUMNS.put("provider", new SqlColumn(ColumnKind.TEXT, "provider", true));
        COLUMNS.put("model", new SqlColumn(ColumnKind.TEXT, "model", true));
        COLUMNS.put("error_type", new SqlColumn(ColumnKind.TEXT, "error_type", true));
        COLUMNS.put("submitted_at", new SqlColumn(ColumnKind.TIME, "submitted_at", true));
        COLUMNS.put("started_at", new SqlColumn(ColumnKind.TIME, "started_at", true));
        COLUMNS.put("duration_ms", new SqlColumn(ColumnKind.NUMBER, "duration_ms", true));
        COLUMNS.put("calls", new SqlColumn(ColumnKind.NUMBER, "calls", false));
        COLUMNS.put("calls_failed", new SqlColumn(ColumnKind.NUMBER, "calls_failed", false));
        COLUMNS.put("tool_calls", new SqlColumn(ColumnKind.NUMBER, "tool_calls", true));
        COLUMNS.put(
                "tokens", new SqlColumn(ColumnKind.NUMBER, "(input_tokens + output_tokens)", true));
        COLUMNS.put(
                "cost_usd",
                new SqlColumn(
                        ColumnKind.NUMBER,
                        "CASE WHEN cost_reported + cost_priced = 0 AND requests_unpriced > 0"
                                + " THEN NULL ELSE cost_reported + cost_priced END",
                        true));
        COLUMNS.put("files_created", new SqlColumn(ColumnKind.NUMBER, "files_created", true));
        COLUMNS.put("files_modified", new SqlColumn(ColumnKind.NUMBER, "files_modified", true));
    }

    private static SqlColumn column(String name) {
        return Objects.requireNonNull(COLUMNS.get(name));
    }

    /** Returns the sortable and filterable columns of tasks. */
    public static Map<String, ColumnKind> kinds() {
        Map<String, ColumnKind> kinds = new LinkedHashMap<>();
        COLUMNS.forEach((name, column) -> kinds.put(name, column.kind()));
        return kinds;
    }

    private static TaskView view(ResultSet row) throws SQLException {
        BigDecimal reported = row.getBigDecimal("cost_reported").stripTrailingZeros();
        BigDecimal priced = row.getBigDecimal("cost_priced").stripTrailingZeros();
        long unpriced = row.getLong("requests_unpriced");
        BigDecimal cost = reported.add(priced);
        return TaskViewBuilder.builder()
                .taskId(row.getString("task_id"))
                .agentId(row.getString("agent_id"))
                .agentType(row.getString("agent_type"))
                .parentTaskId(row.getString("parent_task_id"))
                .rootTaskId(row.getString("root_task_id"))
                .provider(row.getString("provider"))
                .model(row.getString("model"))
                .outcome(row.getString("judged"))
                .submittedAt(Rows.instant(row, "submitted_at"))
                .startedAt(Rows.instant(row, "started_at"))
                .endedAt(Rows.time(row, "ended_at"))
                .durationMs(Rows.number(row, "duration_ms"))
                .calls(row.getLong("calls"))
                .callsFailed(row.getLong("calls_failed"))
                .toolCalls(row.getLong("tool_calls"))
                .tokens(tokens(row))
                .costUsd(cost.signum() == 0 && unpriced > 0 ? null : cost)
                .costBySource(new CostBySource(reported, priced))
                .unpricedRequests(unpriced)
                .errorType(row.getString("error_type"))
                .errorMessage(row.getString("error_message"))
                .filesCreated(row.getObject("files_created", Integer.class))
                .filesModified(row.getObject("files_modified", Integer.class))
                .notes(notes(row))
                .build();
    }

    private static List<String> notes(ResultSet row) throws SQLException {
        try {
            return Json.mapper().readValue(row.getString("notes"), new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new SQLException("notes of " + row.getString("task_id") + " are no JSON", e);
        }
    }

    private static @Nullable TokenCounts tokens(ResultSet row) throws SQLException {
        if (Rows.number(row, TokenKind.INPUT.field()) == null) {
            return null;
        }
        Map<TokenKind, Long> counts = new EnumMap<>(TokenKind.class);
        for (TokenKind kind : TokenKind.all()) {
            counts.put(kind, row.getLong(kind.field()));
        }
        return TokenCounts.of(kind -> counts.getOrDefault(kind, 0L));
    }
}
