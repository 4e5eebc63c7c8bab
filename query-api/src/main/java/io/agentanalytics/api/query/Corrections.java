package io.agentanalytics.api.query;

import io.agentanalytics.contract.DimensionNames;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Corrections for data that arrived after its windows were closed. The greatest verdict of a task
 * replaces its outcome, and a task that continued was not abandoned. Every count of outcomes adds
 * these differences.
 */
final class Corrections {
    /** Names of a grouping that are columns of the timeline, not tags. */
    private static final Set<String> OF_THE_ROW = Set.of(DimensionNames.AGENT_TYPE, Grouping.AGENT);

    private Corrections() {}

    static <K> Map<K, Sums.Correction> by(
            Ask ask, String group, AgentFilter agents, Windows.Key<K> key) {
        Map<K, Sums.Correction> result = new HashMap<>();
        ask.handle()
                .createQuery(sql(ask.range(), group, agents))
                .bindMap(agents.binds())
                .map((row, context) -> result.put(key.of(row), correction(row)))
                .list();
        return result;
    }

    /**
     * Returns the corrections by the values of dimensions: tags, the agent type or {@link
     * Grouping#AGENT}. A task without the tag has an empty value.
     */
    static Map<List<String>, Sums.Correction> byDimensions(Ask ask, List<String> dimensions) {
        Map<String, String> tags = new LinkedHashMap<>();
        List<String> values = new ArrayList<>();
        for (String dimension : dimensions) {
            String bind = "tag" + tags.size();
            if (OF_THE_ROW.contains(dimension)) {
                values.add("t." + dimension);
            } else {
                tags.put(bind, dimension);
                values.add("coalesce(t.tags ->> :%s, '')".formatted(bind));
            }
        }
        String group = "ARRAY[%s] AS values".formatted(String.join(", ", values));
        return by(
                ask,
                group,
                new AgentFilter("true", tags),
                row -> List.of((String[]) row.getArray("values").getArray()));
    }

    /** Returns the corrections by step. */
    static Map<Instant, Sums.Correction> bySteps(Ask ask, AgentFilter agents) {
        String step = Windows.step(ask.range(), "t.ended_at");
        return by(ask, step, agents, row -> Rows.time(row, "step_start"));
    }

    /** Returns the query for corrections, with {@code group} as the first column. */
    static String sql(TimeRange range, String group, AgentFilter agents) {
        String inRange = Windows.between("t.ended_at", range.from(), range.to());
        return """
                SELECT %s, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
                       sum(cancelled)::bigint AS cancelled, sum(abandoned)::bigint AS abandoned
                FROM (
                    SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
                        v.success::int - (t.outcome = 'succeeded')::int AS succeeded,
                        (NOT v.success)::int - (t.outcome = 'failed')::int AS failed,
                        -(t.outcome = 'cancelled')::int AS cancelled,
                        -(t.outcome = 'abandoned')::int AS abandoned
                    FROM store.latest_verdicts v
                    JOIN store.task_execution_timeline t USING (task_id)
                    WHERE %s AND NOT t.retracted AND %s AND %s
                    UNION ALL
                    SELECT t.agent_id, t.agent_type, t.tags, t.ended_at, 0, 0, 0, -1
                    FROM store.task_execution_timeline t
                    WHERE %s AND t.retracted AND t.outcome = 'abandoned' AND %s) AS t
                GROUP BY 1
                """
                .formatted(group, inRange, Verdicts.CORRECTS, agents.sql(), inRange, agents.sql());
    }

    private static Sums.Correction correction(ResultSet row) throws SQLException {
        return new Sums.Correction(
                row.getLong("succeeded"),
                row.getLong("failed"),
                row.getLong("cancelled"),
                row.getLong("abandoned"));
    }
}
