package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.CostBySource;
import io.agentanalytics.api.view.Views.TaskView;
import io.agentanalytics.api.view.Views.Tokens;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Tasks of the timeline, with the verdict that counts. */
final class TaskQueries {
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

    TaskQueries(Handle handle) {
        this.handle = handle;
    }

    Optional<TaskView> task(String id) {
        return handle.createQuery(
                        SELECT
                                + " WHERE t.task_id = :id AND NOT t.retracted ORDER BY t.ended_at DESC LIMIT 1")
                .bind("id", id)
                .map((row, context) -> view(row))
                .findFirst();
    }

    /** An agent's tasks, newest first, from the one after {@code (before, beforeId)}. */
    List<TaskView> ofAgent(
            String agent,
            TimeRange range,
            @Nullable String outcome,
            @Nullable Instant before,
            @Nullable String beforeId,
            int limit) {
        String sql =
                "SELECT * FROM ("
                        + SELECT
                        + """
                          WHERE t.agent_id = :agent AND t.ended_at >= :from AND t.ended_at < :to
                            AND NOT t.retracted AND (t.ended_at, t.task_id) < (:before, :beforeId)
                        ) AS task
                        WHERE :outcome::text IS NULL OR judged = :outcome
                        ORDER BY ended_at DESC, task_id DESC LIMIT :limit
                        """;
        return handle.createQuery(sql)
                .bind("agent", agent)
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .bind("before", Windows.time(before == null ? range.to() : before))
                .bind("beforeId", beforeId == null ? "" : beforeId)
                .bind("outcome", outcome)
                .bind("limit", limit)
                .map((row, context) -> view(row))
                .list();
    }

    private static TaskView view(ResultSet row) throws SQLException {
        BigDecimal reported = row.getBigDecimal("cost_reported").stripTrailingZeros();
        BigDecimal priced = row.getBigDecimal("cost_priced").stripTrailingZeros();
        long unpriced = row.getLong("requests_unpriced");
        BigDecimal cost = reported.add(priced);
        return new TaskView(
                row.getString("task_id"),
                row.getString("agent_id"),
                row.getString("agent_type"),
                row.getString("parent_task_id"),
                row.getString("root_task_id"),
                row.getString("provider"),
                row.getString("model"),
                row.getString("judged"),
                Rows.instant(row, "submitted_at"),
                Rows.instant(row, "started_at"),
                Rows.time(row, "ended_at"),
                Rows.number(row, "duration_ms"),
                row.getLong("calls"),
                row.getLong("calls_failed"),
                tokens(row),
                cost.signum() == 0 && unpriced > 0 ? null : cost,
                new CostBySource(reported, priced),
                unpriced,
                row.getString("error_type"),
                row.getString("error_message"),
                row.getObject("files_created", Integer.class),
                row.getObject("files_modified", Integer.class));
    }

    private static @Nullable Tokens tokens(ResultSet row) throws SQLException {
        Long input = Rows.number(row, "input_tokens");
        if (input == null) {
            return null;
        }
        long output = row.getLong("output_tokens");
        return new Tokens(
                input,
                row.getLong("cached_input_tokens"),
                row.getLong("cache_write_tokens"),
                output,
                row.getLong("reasoning_tokens"),
                input + output);
    }
}
