package io.agentanalytics.api.query;

import static java.util.stream.Collectors.joining;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ranking of agents, computed by Postgres from sums alone. A query for the first hundred of 100,000
 * agents reads the histograms, tasks and tags of only a hundred.
 */
final class AgentRanking {
    /** Columns of {@link Columns#AGENTS} that need no histogram, as SQL over {@link #SOURCE}. */
    private static final Map<String, String> COLUMNS =
            Map.ofEntries(
                    Map.entry("agent_id", "s.agent_id COLLATE \"C\""),
                    Map.entry("agent_type", "coalesce(p.agent_type, 'unknown') COLLATE \"C\""),
                    Map.entry("tasks", "s.tasks"),
                    Map.entry("succeeded", "s.tasks_succeeded + coalesce(c.succeeded, 0)"),
                    Map.entry("failed", "s.tasks_failed + coalesce(c.failed, 0)"),
                    Map.entry("cancelled", "s.tasks_cancelled + coalesce(c.cancelled, 0)"),
                    Map.entry(
                            "unreported",
                            "s.tasks - s.tasks_succeeded - s.tasks_failed - s.tasks_cancelled"
                                    + " - coalesce(c.succeeded + c.failed + c.cancelled, 0)"),
                    Map.entry("abandoned", "s.tasks_abandoned + coalesce(c.abandoned, 0)"),
                    Map.entry(
                            "success_rate",
                            """
                            (s.tasks_succeeded + coalesce(c.succeeded, 0))::float8
                                / nullif(s.tasks_succeeded + s.tasks_failed
                                    + coalesce(c.succeeded + c.failed, 0), 0)"""),
                    Map.entry("cost_usd", "s.cost"),
                    Map.entry(
                            "cost_per_task_usd",
                            "round(s.cost / nullif(s.tasks - s.tasks_without_cost, 0), 9)"),
                    Map.entry("unpriced_requests", "s.task_requests_unpriced"),
                    Map.entry(
                            "tokens",
                            "CASE WHEN s.tasks_with_tokens > 0"
                                    + " THEN s.task_input_tokens + s.task_output_tokens END"),
                    Map.entry("mean_ms", "s.task_duration_ms::float8 / nullif(s.tasks_timed, 0)"),
                    Map.entry("files_created", "s.task_files_created"),
                    Map.entry("files_modified", "s.task_files_modified"),
                    Map.entry("running", "coalesce(p.running, 0)"),
                    Map.entry("mostly_on", "m.provider COLLATE \"C\""),
                    Map.entry("last_seen", "p.last_seen"));

    /** Source of all columns. Postgres eliminates joins and sums that a query does not use. */
    private static final String SOURCE =
            """
            (SELECT *, CASE WHEN known_cost > 0
                     OR task_requests_unpriced = 0 AND (tasks > 0 OR requests = 0) THEN known_cost END
                 AS cost
             FROM (SELECT agent_id, sum(task_cost_reported + task_cost_priced) AS known_cost, %1$s
                   FROM (%2$s) AS w GROUP BY agent_id
                   HAVING bool_or(requests > 0 OR tasks > 0 OR tasks_abandoned > 0)) AS sums) AS s
            LEFT JOIN store.agents p ON p.agent_id = s.agent_id AND p.last_seen >= :profilesFrom
            LEFT JOIN unnest(CAST(:correctedAgents AS text[]), CAST(:succeeded AS bigint[]),
                CAST(:failed AS bigint[]), CAST(:cancelled AS bigint[]), CAST(:abandoned AS bigint[]))
                AS c (agent_id, succeeded, failed, cancelled, abandoned) ON c.agent_id = s.agent_id
            LEFT JOIN (SELECT DISTINCT ON (agent_id) agent_id, provider
                       FROM (SELECT agent_id, provider, sum(requests) AS n FROM (%2$s) AS w
                             WHERE provider <> '' GROUP BY agent_id, provider) AS uses
                       ORDER BY agent_id, n DESC, provider) AS m ON m.agent_id = s.agent_id
            """;

    private static final List<String> SUMS =
            List.of(
                    "tasks",
                    "tasks_succeeded",
                    "tasks_failed",
                    "tasks_cancelled",
                    "tasks_abandoned",
                    "requests",
                    "tasks_timed",
                    "task_duration_ms",
                    "tasks_with_tokens",
                    "task_input_tokens",
                    "task_output_tokens",
                    "task_requests_unpriced",
                    "tasks_without_cost",
                    "task_files_created",
                    "task_files_modified");

    private final QueryContext context;
    private final Map<String, Sums.Correction> corrections;
    private final Windows windows;

    AgentRanking(QueryContext context, Map<String, Sums.Correction> corrections) {
        this.context = context;
        this.corrections = corrections;
        this.windows = new Windows(context, Sums.Book.TASK_COUNTS);
    }

    /** Returns true if the order and all conditions can be evaluated without histograms. */
    static boolean knows(Listing listing) {
        return COLUMNS.containsKey(listing.sort())
                && listing.where().stream().allMatch(c -> COLUMNS.containsKey(c.column()));
    }

    /** Returns the IDs of the agents on a page. */
    Page<String> page(Listing listing) {
        PageKey after = listing.after() == null ? null : PageKey.parse(listing.after());
        ColumnKind kind = Objects.requireNonNull(Columns.AGENTS.kinds().get(listing.sort()));
        Map<String, @Nullable Object> binds = new HashMap<>();
        binds.put("profilesFrom", Windows.time(context.range().from()));
        binds.put("limit", listing.limit());
        bindCorrections(binds);
        String sql = sql(listing, kind, after, binds);
        return windows.withoutNestedLoops(() -> ranked(sql, binds, kind, after));
    }

    private String sql(
            Listing listing,
            ColumnKind kind,
            @Nullable PageKey after,
            Map<String, @Nullable Object> binds) {
        String column = COLUMNS.get(listing.sort());
        String key = kind == ColumnKind.NUMBER ? "(" + column + ")::numeric" : column;
        return """
        WITH listed AS (
            SELECT s.agent_id, %1$s AS key, hashtextextended(s.agent_id, 0) AS mark,
                row_number() OVER (ORDER BY %1$s %2$s NULLS LAST, s.agent_id COLLATE "C") AS place
            FROM %3$s WHERE %4$s),
        before AS (
            SELECT count(*) AS places, coalesce(bit_xor(mark), 0) AS mark
            FROM listed WHERE %5$s)
        SELECT agent_id, key, place, total, before.mark AS before,
            coalesce(bit_xor(page.mark) OVER (), 0) AS mark
        FROM (SELECT count(*) AS total FROM listed) AS counted CROSS JOIN before
        LEFT JOIN LATERAL (
            SELECT * FROM listed WHERE place > before.places
            ORDER BY place LIMIT :limit) AS page ON true
        ORDER BY place
        """
                .formatted(
                        key,
                        listing.descending() ? "DESC" : "ASC",
                        source(),
                        conditions(listing, binds),
                        upTo(after, kind, listing.descending(), binds));
    }

    /**
     * Returns a condition for the rows up to a page key. It compares value and ID, because the row
     * itself may have moved.
     */
    private static String upTo(
            @Nullable PageKey after,
            ColumnKind kind,
            boolean descending,
            Map<String, @Nullable Object> binds) {
        if (after == null) {
            return "false";
        }
        binds.put("afterId", after.id());
        Comparable<?> value = after.value(kind);
        if (value == null) {
            return "key IS NOT NULL OR agent_id COLLATE \"C\" <= :afterId";
        }
        binds.put("afterKey", value instanceof Instant time ? Windows.time(time) : value);
        return "key %s :afterKey OR (key = :afterKey AND agent_id COLLATE \"C\" <= :afterId)"
                .formatted(descending ? ">" : "<");
    }

    private record RankedAgent(
            @Nullable String id,
            @Nullable String key,
            long place,
            long total,
            long before,
            long mark) {
        static RankedAgent of(ResultSet row, ColumnKind kind) throws SQLException {
            return new RankedAgent(
                    row.getString("agent_id"),
                    kind == ColumnKind.TIME ? time(row) : row.getString("key"),
                    row.getLong("place"),
                    row.getLong("total"),
                    row.getLong("before"),
                    row.getLong("mark"));
        }

        private static @Nullable String time(ResultSet row) throws SQLException {
            OffsetDateTime time = row.getObject("key", OffsetDateTime.class);
            return time == null ? null : time.toInstant().toString();
        }
    }

    private Page<String> ranked(
            String sql,
            Map<String, @Nullable Object> binds,
            ColumnKind kind,
            @Nullable PageKey after) {
        List<RankedAgent> rows =
                context.handle()
                        .createQuery(sql)
                        .bindMap(binds)
                        .map((row, context) -> RankedAgent.of(row, kind))
                        .list();
        RankedAgent last = rows.get(rows.size() - 1);
        List<String> ids = new ArrayList<>();
        for (RankedAgent row : rows) {
            if (row.id != null) {
                ids.add(row.id);
            }
        }
        long seen = after == null ? 0 : after.seen();
        String next =
                last.id != null && last.place < last.total
                        ? new PageKey(seen ^ last.mark, last.key, last.id).text()
                        : null;
        return new Page<>(ids, last.total, next, last.before != seen);
    }

    private String source() {
        String sums =
                SUMS.stream()
                        .map(f -> "sum(%s)::bigint AS %s".formatted(f, f))
                        .collect(joining(", "));
        return SOURCE.formatted(sums, windows.cellRows("true"));
    }

    private void bindCorrections(Map<String, @Nullable Object> binds) {
        List<Sums.Correction> values = List.copyOf(corrections.values());
        binds.put("correctedAgents", corrections.keySet().toArray(String[]::new));
        binds.put("succeeded", values.stream().mapToLong(Sums.Correction::succeeded).toArray());
        binds.put("failed", values.stream().mapToLong(Sums.Correction::failed).toArray());
        binds.put("cancelled", values.stream().mapToLong(Sums.Correction::cancelled).toArray());
        binds.put("abandoned", values.stream().mapToLong(Sums.Correction::abandoned).toArray());
    }

    private static String conditions(Listing listing, Map<String, @Nullable Object> binds) {
        StringBuilder sql = new StringBuilder("true");
        for (int i = 0; i < listing.where().size(); i++) {
            Listing.RowFilter c = listing.where().get(i);
            sql.append(
                    " AND %s %s :where%d"
                            .formatted(COLUMNS.get(c.column()), c.operator().sql(), i));
            binds.put(
                    "where" + i,
                    c.value() instanceof Instant time ? Windows.time(time) : c.value());
        }
        if (!listing.filter().isEmpty()) {
            sql.append(
                    """
                     AND (position(:filter IN lower(s.agent_id)) > 0
                          OR position(:filter IN lower(coalesce(p.agent_type, 'unknown'))) > 0
                          OR position(:filter IN m.provider) > 0)
                    """);
            binds.put("filter", listing.filter().toLowerCase(Locale.ROOT));
        }
        Listing.TagFilter tag = listing.tag();
        if (tag != null) {
            sql.append(" AND p.tags ->> :tagKey = :tagValue");
            binds.put("tagKey", tag.key());
            binds.put("tagValue", tag.value());
        }
        return sql.toString();
    }
}
