package io.agentanalytics.api.query;

import io.agentanalytics.api.insight.AgentOutcomes;
import io.agentanalytics.api.insight.AgentOutcomesBuilder;
import io.agentanalytics.api.insight.FleetOutcomes;
import io.agentanalytics.api.insight.Forecast;
import io.agentanalytics.api.insight.Insights;
import io.agentanalytics.api.insight.Levels;
import io.agentanalytics.api.insight.Outcomes;
import io.agentanalytics.api.insight.Present;
import io.agentanalytics.api.insight.ProviderFailures;
import io.agentanalytics.api.query.Answers.InsightsAnswer;
import io.agentanalytics.api.view.Views.ProviderView;
import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.ErrorClass.Blame;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.WindowLength;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Insights, with the queries for their input data. */
public final class InsightQueries {
    /** Maximum number of rows of agents, one for each model of an agent. */
    private static final int MAX_AGENTS = 100_000;

    /**
     * Maximum number of tasks, unless more end in the last minute. Postgres sums up about 200,000
     * tasks per second.
     */
    private static final long MAX_TASKS = 500_000;

    /**
     * Success of a task; null if the provider, its limits or the account caused the failure. That
     * says nothing about the agent or its model, and an outage that is over is no advice.
     */
    private static final String OWN_SUCCESS =
            "CASE WHEN v.task_id IS NULL AND t.outcome = 'failed'"
                    + " AND (lower(t.error_type) IN (%s) OR t.error_type ~ '^5[0-9][0-9]$')"
                            .formatted(
                                    ErrorClass.namesOf(
                                                    Blame.PROVIDER, Blame.CAPACITY, Blame.ACCOUNT)
                                            .stream()
                                            .collect(Collectors.joining("', '", "'", "'")))
                    + " THEN NULL ELSE "
                    + Verdicts.SUCCESS
                    + " END";

    /**
     * Sums by agent type, without an agent, and by agent: all types, and agents with enough tasks,
     * those with the most tasks first.
     */
    private static final String SQL =
            """
            WITH judged AS (
                SELECT t.*, coalesce(t.model, '') AS served,
                    coalesce(nullif(t.agent_type, 'unknown'), a.agent_type, 'unknown') AS role,
                    (t.cost_reported + t.cost_priced)::float8 AS cost,
                    %s AS success
                FROM store.task_execution_timeline t
                LEFT JOIN store.agents a ON a.agent_id = t.agent_id
                %s
                WHERE t.ended_at >= :from AND t.ended_at < :to AND NOT t.retracted
                    AND t.outcome NOT IN ('cancelled', 'abandoned') AND t.provider <> ''),
            sums AS (
                SELECT role, coalesce(agent_id, '') AS agent_id, provider, served AS model,
                    count(*) AS tasks, sum(cost) AS cost, sum(cost * cost) AS squares,
                    count(*) FILTER (WHERE requests_unpriced > 0) AS unpriced_tasks,
                    count(success) AS judged_tasks,
                    count(*) FILTER (WHERE success) AS judged_succeeded,
                    coalesce(sum(cost) FILTER (WHERE success IS NOT NULL), 0) AS judged_cost,
                    coalesce(sum(cost * cost) FILTER (WHERE success IS NOT NULL), 0)
                        AS judged_squares,
                    coalesce(sum(cost) FILTER (WHERE success), 0) AS judged_of_successes,
                    count(success) FILTER (WHERE requests_unpriced = 0) AS priced_tasks,
                    count(*) FILTER (WHERE requests_unpriced = 0 AND success) AS priced_succeeded,
                    coalesce(sum(cost) FILTER (
                        WHERE requests_unpriced = 0 AND success IS NOT NULL), 0) AS priced_cost,
                    coalesce(sum(cost * cost) FILTER (
                        WHERE requests_unpriced = 0 AND success IS NOT NULL), 0)
                        AS priced_squares,
                    coalesce(sum(cost) FILTER (WHERE requests_unpriced = 0 AND success), 0)
                        AS priced_of_successes,
                    count(input_tokens) AS with_input,
                    coalesce(sum(input_tokens), 0)::bigint AS input,
                    coalesce(sum(cached_input_tokens), 0)::bigint AS cached,
                    coalesce(sum(input_tokens) FILTER (
                        WHERE cached_input_tokens IS NOT NULL), 0)::bigint AS input_of_cached,
                    count(duration_ms) AS timed, coalesce(sum(duration_ms), 0)::float8 AS duration,
                    coalesce(sum(duration_ms::float8 * duration_ms), 0) AS duration_squares
                FROM judged
                GROUP BY GROUPING SETS (
                    (role, provider, served), (role, agent_id, provider, served))),
            agents AS (
                SELECT *, sum(tasks) OVER (PARTITION BY role, agent_id) AS of_agent
                FROM sums WHERE agent_id <> '')
            (SELECT *, 0 AS of_agent FROM sums WHERE agent_id = '')
            UNION ALL
            (SELECT * FROM agents WHERE of_agent >= :least
                ORDER BY tasks DESC, agent_id, provider, model LIMIT :limit)
            """
                    .formatted(OWN_SUCCESS, Verdicts.JOIN_ALL);

    /**
     * End of the newest minute before which there are too many tasks; null if there are not. The
     * newest minute with tasks is always examined.
     */
    private static final String NOT_EXAMINED =
            """
            SELECT max(window_start) + interval '1 minute' AS until
            FROM (
                SELECT window_start, tasks, sum(tasks) OVER (ORDER BY window_start DESC) AS total
                FROM store.system_window
                WHERE granularity = %d AND window_start >= :from AND window_start < :to) w
            WHERE total > :most AND total > tasks
            """
                    .formatted(WindowLength.MINUTE);

    private final QueryContext context;
    private final TimeRange examined;

    public InsightQueries(QueryContext context) {
        this(context, MAX_TASKS);
    }

    /**
     * Examines the newest minutes of the range with at most {@code maxTasks} tasks, at least one.
     */
    public InsightQueries(QueryContext context, long maxTasks) {
        this.context = context;
        this.examined = examined(context, maxTasks);
    }

    private static TimeRange examined(QueryContext context, long maxTasks) {
        TimeRange range = context.range();
        return context.handle()
                .createQuery(NOT_EXAMINED)
                .bind("from", Windows.time(range.from()))
                .bind("to", Windows.time(range.to()))
                .bind("most", maxTasks)
                .map((row, statement) -> Optional.ofNullable(Rows.instant(row, "until")))
                .one()
                .map(from -> new TimeRange(from, range.to(), range.stepSeconds()))
                .orElse(range);
    }

    public InsightsAnswer insights(Levels levels, PriceBook prices) {
        List<ProviderFailures> providers =
                new ProviderQueries(context.over(examined))
                        .providers(null, false).stream().map(InsightQueries::ownFailures).toList();
        Map<LocalDate, Forecast.Spend> spent = spentByDay();
        FleetOutcomes fleet = outcomes();
        return new InsightsAnswer(
                context.head(),
                examined.from(),
                fleet.complete(),
                Insights.of(
                        fleet,
                        providers,
                        examinedDays(),
                        levels,
                        prices,
                        new Present(
                                new WeightQueries(context).valid(),
                                new AlertQueries(context.handle()).alertedProviders()),
                        context.now()),
                Forecast.of(
                        spent,
                        spent.isEmpty() ? null : spent.keySet().iterator().next(),
                        context.now()));
    }

    private double examinedDays() {
        return examined.passed(context.now()).length().toMillis()
                / (double) TimeUnit.DAYS.toMillis(1);
    }

    private static ProviderFailures ownFailures(ProviderView p) {
        long failed = 0;
        for (ErrorClass own : ErrorClass.of(ErrorClass.Blame.PROVIDER)) {
            failed += p.errors().getOrDefault(own.wireName(), 0L);
        }
        return new ProviderFailures(p.provider(), p.requests(), failed);
    }

    /**
     * Returns the task outcomes after verdicts. A task whose outcome nobody reported counts in
     * tokens, duration and cost, but is neither a success nor a failure.
     */
    private FleetOutcomes outcomes() {
        List<AgentOutcomes> types = new ArrayList<>();
        List<AgentOutcomes> agents = new ArrayList<>();
        context.handle()
                .createQuery(SQL)
                .bind("from", Windows.time(examined.from()))
                .bind("to", Windows.time(examined.to()))
                .bind("least", FleetOutcomes.MIN_TASKS)
                .bind("limit", MAX_AGENTS + 1)
                .map((row, context) -> agent(row))
                .forEach(row -> (row.agentId().isEmpty() ? types : agents).add(row));
        boolean complete = agents.size() <= MAX_AGENTS;
        return new FleetOutcomes(
                types, complete ? agents : agents.subList(0, MAX_AGENTS), complete);
    }

    private static AgentOutcomes agent(ResultSet row) throws SQLException {
        return AgentOutcomesBuilder.builder()
                .agentType(row.getString("role"))
                .agentId(row.getString("agent_id"))
                .provider(row.getString("provider"))
                .model(row.getString("model"))
                .tasks(row.getLong("tasks"))
                .cost(row.getDouble("cost"))
                .costSquares(row.getDouble("squares"))
                .unpricedTasks(row.getLong("unpriced_tasks"))
                .outcomes(outcomes(row, "judged_"))
                .tasksWithInput(row.getLong("with_input"))
                .inputTokens(row.getLong("input"))
                .cachedInputTokens(row.getLong("cached"))
                .inputOfCached(row.getLong("input_of_cached"))
                .timed(row.getLong("timed"))
                .durationMillis(row.getDouble("duration"))
                .durationSquares(row.getDouble("duration_squares"))
                .priced(outcomes(row, "priced_"))
                .build();
    }

    private static Outcomes outcomes(ResultSet row, String prefix) throws SQLException {
        return new Outcomes(
                row.getLong(prefix + "tasks"),
                row.getLong(prefix + "succeeded"),
                row.getDouble(prefix + "cost"),
                row.getDouble(prefix + "squares"),
                row.getDouble(prefix + "of_successes"));
    }

    /** Returns the cost per UTC day, from the hourly windows of the last 32 days. */
    private Map<LocalDate, Forecast.Spend> spentByDay() {
        Map<LocalDate, Forecast.Spend> days = new TreeMap<>();
        context.handle()
                .createQuery(
                        """
                        SELECT date_trunc('day', window_start, 'UTC') AS day,
                            sum(request_cost_reported + request_cost_priced) AS usd,
                            sum(requests_unpriced)::bigint AS unpriced
                        FROM store.system_window
                        WHERE granularity = %d AND window_start >= :from AND window_start <= :to
                        GROUP BY 1 ORDER BY 1 LIMIT 40
                        """
                                .formatted(WindowLength.HOUR))
                .bind("from", Windows.time(context.now().minus(Duration.ofDays(32))))
                .bind("to", Windows.time(context.now()))
                .map(
                        (row, context) ->
                                days.put(
                                        Rows.time(row, "day")
                                                .atOffset(ZoneOffset.UTC)
                                                .toLocalDate(),
                                        new Forecast.Spend(
                                                row.getBigDecimal("usd"), row.getLong("unpriced"))))
                .list();
        return days;
    }
}
