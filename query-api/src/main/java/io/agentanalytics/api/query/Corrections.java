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

    /**
     * Returns the corrections by {@code group}. The verdicts that may correct a row are read first:
     * without one, which is usual, no task is read, and with a few, only theirs.
     */
    static <K> Map<K, Sums.Correction> by(
            QueryContext context, String group, AgentFilter agents, Windows.Key<K> key) {
        List<String> corrected = Verdicts.corrected(context.handle(), context.range().from());
        Map<K, Sums.Correction> result = new HashMap<>();
        context.handle()
                .createQuery(sql(context.range(), group, agents, corrected.size()))
                .bindMap(agents.binds())
                .bind("corrected", corrected.toArray(String[]::new))
                .map((row, statement) -> result.put(key.of(row), correction(row)))
                .list();
        return result;
    }

    /**
     * Returns the corrections by the values of dimensions: tags, the agent type or {@link
     * Grouping#AGENT}. A task without the tag has an empty value.
     */
    static Map<List<String>, Sums.Correction> byDimensions(
            QueryContext context, List<String> dimensions) {
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
                context,
                group,
                new AgentFilter("true", tags),
                row -> List.of((String[]) row.getArray("values").getArray()));
    }

    static Map<String, Sums.Correction> byAgents(QueryContext context, AgentFilter agents) {
        return by(context, "t.agent_id", agents, row -> row.getString("agent_id"));
    }

    /** Returns the corrections by step. All steps together are those of the range. */
    static Map<Instant, Sums.Correction> bySteps(QueryContext context, AgentFilter agents) {
        String step = Windows.step(context.range(), "t.ended_at");
        return by(context, step, agents, row -> Rows.time(row, "step_start"));
    }

    private static String sql(TimeRange range, String group, AgentFilter agents, int corrected) {
        String inRange = Windows.between("t.ended_at", range.from(), range.to());
        String returned =
                """
                SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
                        0 AS succeeded, 0 AS failed, 0 AS cancelled, -1 AS abandoned
                    FROM store.task_execution_timeline t
                    WHERE %s AND t.retracted AND t.outcome = 'abandoned' AND %s"""
                        .formatted(inRange, agents.sql());
        String judged =
                corrected > Verdicts.FEW
                        ? agents.sql()
                        : "task_id = ANY(:corrected) AND " + agents.sql();
        String late =
                """
                SELECT t.agent_id, t.agent_type, t.tags, t.ended_at,
                        v.success::int - (t.outcome = 'succeeded')::int,
                        (NOT v.success)::int - (t.outcome = 'failed')::int,
                        -(t.outcome = 'cancelled')::int, -(t.outcome = 'abandoned')::int
                    FROM (
                        SELECT DISTINCT ON (task_id) task_id, verdict_at, success
                        FROM store.task_verdicts
                        WHERE NOT counted AND verdict_at >= %s
                        ORDER BY task_id, verdict_at DESC, event_id DESC) v
                    JOIN store.task_execution_timeline t USING (task_id)
                    WHERE %s AND NOT t.retracted AND %s AND %s"""
                        .formatted(
                                Windows.literal(range.from()), inRange, Verdicts.CORRECTS, judged);
        return """
                SELECT %s, sum(succeeded)::bigint AS succeeded, sum(failed)::bigint AS failed,
                       sum(cancelled)::bigint AS cancelled, sum(abandoned)::bigint AS abandoned
                FROM (
                    %s) AS t
                GROUP BY 1
                """
                .formatted(
                        group,
                        corrected == 0 ? returned : returned + "\n    UNION ALL\n    " + late);
    }

    private static Sums.Correction correction(ResultSet row) throws SQLException {
        return new Sums.Correction(
                row.getLong("succeeded"),
                row.getLong("failed"),
                row.getLong("cancelled"),
                row.getLong("abandoned"));
    }
}
