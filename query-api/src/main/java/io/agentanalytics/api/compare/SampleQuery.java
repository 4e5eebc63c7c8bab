package io.agentanalytics.api.compare;

import io.agentanalytics.api.query.Verdicts;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * Reads the tasks of a version. A task that another task of the version delegated is part of that
 * task: its cost and tokens count there, and its outcome does not count.
 */
public final class SampleQuery {
    /** Maximum number of tasks of a version; they are held in memory. */
    static final int MAX_TASKS = 1_000_000;

    private static final String COLUMNS =
            """
            t.task_id, t.parent_task_id, t.duration_ms, t.input_tokens + t.output_tokens AS tokens,
            CASE WHEN t.requests_unpriced = 0 THEN t.cost_reported + t.cost_priced END AS cost""";

    private static final String SQL =
            """
            WITH RECURSIVE matching AS MATERIALIZED (
                SELECT %1$s, t.tags ->> :name AS name,
                    %3$s AS success
                FROM store.task_execution_timeline t
                %4$s
                WHERE NOT t.retracted AND t.ended_at >= :from AND t.ended_at < :to AND %2$s
            ), roots AS MATERIALIZED (
                SELECT * FROM matching m WHERE NOT EXISTS (
                    SELECT FROM matching p
                    WHERE p.task_id = m.parent_task_id AND p.task_id <> m.task_id)
            ), children AS NOT MATERIALIZED (
                SELECT %1$s FROM store.task_execution_timeline t
                WHERE NOT t.retracted AND t.parent_task_id IS NOT NULL
                    AND t.ended_at >= :from - interval '7 days'
            ), tree AS (
                SELECT task_id AS root, task_id FROM roots
                UNION
                SELECT tree.root, c.task_id
                FROM tree JOIN children c ON c.parent_task_id = tree.task_id
            ), below AS (
                SELECT tree.root, count(*) AS tasks, sum(c.cost) AS cost, count(c.cost) AS priced,
                    sum(c.tokens)::bigint AS tokens, count(c.tokens) AS counted
                FROM tree JOIN children c USING (task_id)
                WHERE tree.task_id <> tree.root GROUP BY tree.root
            )
            SELECT r.task_id, r.name, r.success, r.duration_ms,
                r.cost + CASE WHEN b.root IS NULL THEN 0 WHEN b.priced = b.tasks THEN b.cost END
                    AS cost,
                r.tokens
                    + CASE WHEN b.root IS NULL THEN 0 WHEN b.counted = b.tasks THEN b.tokens END
                    AS tokens
            FROM roots r LEFT JOIN below b ON b.root = r.task_id
            WHERE NOT EXISTS (
                SELECT FROM tree a
                WHERE a.task_id = r.task_id AND a.root <> r.task_id AND NOT EXISTS (
                    SELECT FROM tree c
                    WHERE c.root = r.task_id AND c.task_id = a.root AND c.root < c.task_id))
            ORDER BY r.task_id LIMIT :most
            """;

    private final Handle handle;
    private final Instant from;
    private final Instant to;
    private final String nameTag;

    /** Creates a query for the tasks that ended in a range, named by one of their tags. */
    public SampleQuery(Handle handle, Instant from, Instant to, String nameTag) {
        this.handle = handle;
        this.from = from;
        this.to = to;
        this.nameTag = nameTag;
    }

    /**
     * Returns the tasks that meet all of the selectors.
     *
     * @throws IllegalArgumentException if a text is not a selector, or if there are too many tasks
     */
    public Sample sample(List<String> selectors) {
        List<TaskSelector> parsed = new ArrayList<>();
        for (String text : selectors) {
            parsed.add(TaskSelector.parse(text, "s" + parsed.size()));
        }
        String label = String.join(", ", selectors);
        String condition =
                String.join(" AND ", parsed.stream().map(TaskSelector::condition).toList());
        var query =
                handle.createQuery(
                        SQL.formatted(COLUMNS, condition, Verdicts.SUCCESS, Verdicts.JOIN_ALL));
        parsed.forEach(selector -> query.bind(selector.bind(), selector.value()));
        List<TaskToCompare> rows =
                query.bind("name", nameTag)
                        .bind("from", from.atOffset(ZoneOffset.UTC))
                        .bind("to", to.atOffset(ZoneOffset.UTC))
                        .bind("most", MAX_TASKS + 1)
                        .map((row, context) -> TaskToCompare.of(row))
                        .list();
        if (rows.size() > MAX_TASKS) {
            throw new IllegalArgumentException(
                    "%s selects more than %d tasks; write a later --from or more selectors."
                            .formatted(label, MAX_TASKS));
        }
        List<ComparedTask> judged =
                rows.stream().filter(TaskToCompare::judged).map(TaskToCompare::task).toList();
        return new Sample(label, judged, rows.size() - judged.size());
    }

    private record TaskToCompare(boolean judged, ComparedTask task) {
        static TaskToCompare of(ResultSet row) throws SQLException {
            boolean succeeded = row.getBoolean("success");
            boolean judged = !row.wasNull();
            BigDecimal cost = row.getBigDecimal("cost");
            return new TaskToCompare(
                    judged,
                    new ComparedTask(
                            row.getString("task_id"),
                            row.getString("name"),
                            succeeded,
                            known(row, "duration_ms"),
                            cost == null
                                    ? ComparedTask.UNKNOWN
                                    : cost.movePointRight(9).longValueExact(),
                            known(row, "tokens")));
        }

        private static long known(ResultSet row, String column) throws SQLException {
            long value = row.getLong(column);
            return row.wasNull() ? ComparedTask.UNKNOWN : value;
        }
    }
}
