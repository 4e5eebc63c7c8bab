package io.agentanalytics.api.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Verdicts that came so late that the windows no longer took them in. The greatest verdict of a
 * task replaces its outcome; every success figure adds the difference.
 */
final class Corrections {
    private Corrections() {}

    static <K> Map<K, Sums.Correction> by(
            Handle handle, TimeRange range, String group, AgentFilter agents, Windows.Key<K> key) {
        Map<K, Sums.Correction> result = new HashMap<>();
        handle.createQuery(sql(range, group, agents))
                .bindMap(agents.binds())
                .map((row, context) -> result.put(key.of(row), correction(row)))
                .list();
        return result;
    }

    /** The corrections by {@code group}, the first of its columns. */
    static String sql(TimeRange range, String group, AgentFilter agents) {
        return """
                SELECT %s,
                    count(*) FILTER (WHERE v.success) - count(*) FILTER (WHERE t.outcome = 'succeeded') AS succeeded,
                    count(*) FILTER (WHERE NOT v.success) - count(*) FILTER (WHERE t.outcome = 'failed') AS failed,
                    -count(*) FILTER (WHERE t.outcome = 'cancelled') AS cancelled
                FROM store.latest_verdicts v
                JOIN store.task_execution_timeline t USING (task_id)
                WHERE %s
                  AND NOT t.retracted AND v.verdict_at > t.verdict_until
                  AND %s
                GROUP BY 1
                """
                .formatted(
                        group,
                        Windows.between("t.ended_at", range.from(), range.to()),
                        agents.sql());
    }

    private static Sums.Correction correction(ResultSet row) throws SQLException {
        return new Sums.Correction(
                row.getLong("succeeded"), row.getLong("failed"), row.getLong("cancelled"));
    }
}
