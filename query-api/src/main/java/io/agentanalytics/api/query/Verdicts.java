package io.agentanalytics.api.query;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The outcome of a task after verdicts, in SQL. The newest verdict replaces the outcome in the row
 * of the timeline, {@code t}, unless that outcome already includes it.
 */
public final class Verdicts {
    /**
     * Condition that a verdict {@code v} is not in the outcome of the row. A task id may be used
     * again: the verdict is about the last run that ended before it. An abandoned task did not end.
     */
    static final String CORRECTS =
            """
            v.verdict_at > t.verdict_until AND NOT EXISTS (
                    SELECT FROM store.task_execution_timeline later
                    WHERE later.task_id = t.task_id AND later.ended_at > t.ended_at
                        AND later.ended_at <= v.verdict_at AND NOT later.retracted
                        AND later.outcome <> 'abandoned')\
            """;

    private static final String NEWEST =
            "WHERE v.task_id = t.task_id AND "
                    + CORRECTS
                    + "\n    ORDER BY verdict_at DESC, event_id DESC LIMIT 1";

    /**
     * Join of the verdict {@code v} that corrects a row, for rows that are looked up one by one.
     */
    public static final String JOIN =
            "LEFT JOIN LATERAL (\n    SELECT task_id, success FROM store.task_verdicts v\n    "
                    + NEWEST
                    + ") v ON true\n";

    /**
     * The newest verdict of each task that has one which is not in the outcome of its row. Rows
     * that ended at {@code :from} or later have no others.
     */
    private static final String NOT_COUNTED =
            """
            SELECT DISTINCT ON (task_id) task_id, verdict_at, success
                FROM store.task_verdicts
                WHERE NOT counted AND verdict_at >= :from
                ORDER BY task_id, verdict_at DESC, event_id DESC""";

    /**
     * Join of the verdict {@code v} that corrects a row, for all rows that ended at {@code :from}
     * or later.
     */
    public static final String JOIN_ALL =
            "LEFT JOIN (\n    %s) v\n    ON v.task_id = t.task_id AND %s\n"
                    .formatted(NOT_COUNTED, CORRECTS);

    /** Name of the outcome; needs one of the joins. */
    public static final String OUTCOME =
            "CASE WHEN v.task_id IS NULL THEN t.outcome WHEN v.success THEN 'succeeded'"
                    + " ELSE 'failed' END";

    /** Name of the outcome, without a join. */
    public static final String OUTCOME_WITHOUT_JOIN =
            "coalesce((SELECT CASE WHEN v.success THEN 'succeeded' ELSE 'failed' END"
                    + " FROM store.task_verdicts v "
                    + NEWEST
                    + "), t.outcome)";

    /** True if the task succeeded, false if it failed, null otherwise. Needs one of the joins. */
    public static final String SUCCESS =
            "coalesce(v.success, CASE t.outcome WHEN 'succeeded' THEN true"
                    + " WHEN 'failed' THEN false END)";

    /** Number of verdicts that correct rows, up to which their tasks are looked up one by one. */
    static final int FEW = 1000;

    /**
     * Returns the tasks with verdicts that may correct a row that ended at {@code from} or later;
     * more than {@link #FEW} if there are more. The other verdicts are in the rows.
     */
    static List<String> corrected(Handle handle, Instant from) {
        return handle.createQuery(
                        "SELECT task_id FROM store.task_verdicts WHERE NOT counted"
                                + " AND verdict_at >= :from LIMIT :limit")
                .bind("from", Windows.time(from))
                .bind("limit", FEW + 1)
                .mapTo(String.class)
                .list();
    }

    private Verdicts() {}
}
