package io.agentanalytics.api.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts that came so late that the windows no longer took them in. The greatest verdict of a
 * task replaces its outcome; every success figure adds the difference.
 */
final class Corrections {
    private Corrections() {}

    static <K> Map<K, Sums.Correction> by(
            Handle handle,
            TimeRange range,
            String group,
            @Nullable String agent,
            Windows.Key<K> key) {
        String sql =
                """
                SELECT %s,
                    count(*) FILTER (WHERE v.success) - count(*) FILTER (WHERE t.outcome = 'succeeded') AS succeeded,
                    count(*) FILTER (WHERE NOT v.success) - count(*) FILTER (WHERE t.outcome = 'failed') AS failed,
                    -count(*) FILTER (WHERE t.outcome = 'cancelled') AS cancelled
                FROM store.latest_verdicts v
                JOIN store.task_execution_timeline t USING (task_id)
                WHERE %s
                  AND NOT t.retracted AND v.verdict_at > t.verdict_until
                  AND (:agent::text IS NULL OR t.agent_id = :agent)
                GROUP BY 1
                """
                        .formatted(group, Windows.between("t.ended_at", range.from(), range.to()));
        Map<K, Sums.Correction> result = new HashMap<>();
        handle.createQuery(sql)
                .bind("agent", agent)
                .map((row, context) -> result.put(key.of(row), correction(row)))
                .list();
        return result;
    }

    private static Sums.Correction correction(ResultSet row) throws SQLException {
        return new Sums.Correction(
                row.getLong("succeeded"), row.getLong("failed"), row.getLong("cancelled"));
    }
}
