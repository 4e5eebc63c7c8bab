package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.query.Answers.AgentAnswer;
import io.agentanalytics.api.view.AgentViewBuilder;
import io.agentanalytics.api.view.Views.AgentPoint;
import io.agentanalytics.api.view.Views.AgentView;
import io.agentanalytics.api.view.Views.RecentTasksView;
import io.agentanalytics.contract.ErrorClass;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Queries for agents in a time range. */
public final class AgentQueries {
    private record Profile(
            String type, Map<String, String> tags, long running, @Nullable Instant lastSeen) {
        static final Profile UNKNOWN = new Profile("unknown", Map.of(), 0, null);
    }

    private record ProviderUse(String agentId, String provider) {}

    private record AgentStep(String agentId, Instant time) {}

    private record UseStep(ProviderUse use, Instant time) {}

    private static final Duration RECENT = Duration.ofMinutes(15);
    private static final int TREND_POINTS = 30;

    private final QueryContext context;
    private final TimeRange range;
    private final Windows windows;

    public AgentQueries(QueryContext context) {
        this.context = context;
        this.range = context.range();
        this.windows = new Windows(context, Sums.Book.TASK);
    }

    /** Activity of an agent in the range, and the provider with the most of its requests. */
    private record AgentActivity(
            String agentId, Sums sums, @Nullable String mostlyOn, Profile profile) {}

    /**
     * Returns the agents without their recent activity, for a range that serves only for
     * comparison.
     */
    List<AgentView> usual(AgentFilter filter) {
        return work(uses(filter), Corrections.byAgents(context, filter), filter).stream()
                .map(w -> view(w, recent(new Sums(), Map.of())))
                .toList();
    }

    /** Returns an agent with its series, which adds up to it; empty if it was not active. */
    public Optional<AgentAnswer> agent(String id) {
        AgentFilter filter = AgentFilter.of(id);
        Map<Instant, Sums.Correction> corrections = Corrections.bySteps(context, filter);
        Map<ProviderUse, Sums> uses = new HashMap<>();
        Map<Instant, Sums> steps = new HashMap<>();
        usesBySteps(filter)
                .forEach(
                        (key, sums) -> {
                            uses.computeIfAbsent(key.use, u -> new Sums()).plus(sums);
                            steps.computeIfAbsent(key.time, t -> new Sums()).plus(sums);
                        });
        Sums.Correction all = Sums.Correction.sum(corrections.values());
        return agents(uses, Map.of(id, all), filter).stream()
                .findFirst()
                .map(agent -> answer(agent, filter, points(steps, corrections)));
    }

    private AgentAnswer answer(AgentView agent, AgentFilter filter, List<AgentPoint> points) {
        QueryContext before = context.over(range.before(context.now()));
        String notCompared = context.notComparableWith(before, range.length());
        AgentView usual =
                notCompared == null
                        ? new AgentQueries(before).usual(filter).stream().findFirst().orElse(null)
                        : null;
        return new AgentAnswer(context.head(), agent, usual, notCompared, points);
    }

    private List<AgentPoint> points(
            Map<Instant, Sums> steps, Map<Instant, Sums.Correction> corrections) {
        List<AgentPoint> points = new ArrayList<>();
        for (Instant t : range.steps()) {
            Sums s = steps.getOrDefault(t, new Sums()).corrected(corrections.get(t));
            points.add(
                    new AgentPoint(
                            t,
                            s.get(TASKS),
                            s.get(TASKS_SUCCEEDED),
                            s.get(TASKS_FAILED),
                            s.costOfEndedTasks(),
                            s.taskTokens(),
                            s.taskDuration().p95()));
        }
        return points;
    }

    /** Returns the agents that were active in the range, in no particular order. */
    List<AgentView> agents(AgentFilter filter, Map<String, Sums.Correction> corrections) {
        return agents(uses(filter), corrections, filter);
    }

    private List<AgentView> agents(
            Map<ProviderUse, Sums> uses,
            Map<String, Sums.Correction> corrections,
            AgentFilter filter) {
        TimeRange lately = range.upTo(context.progress().eventTime()).last(RECENT);
        Map<String, Map<String, Long>> failures = failures(lately, filter);
        Map<String, Sums> recent =
                new Windows(context.over(lately), Sums.Book.TASK)
                        .cells(
                                List.of("agent_id"),
                                filter.sql(),
                                filter.binds(),
                                row -> row.getString("agent_id"));
        return work(uses, corrections, filter).stream()
                .map(
                        w ->
                                view(
                                        w,
                                        recent(
                                                recent.getOrDefault(w.agentId, new Sums()),
                                                failures.getOrDefault(w.agentId, Map.of()))))
                .toList();
    }

    private Map<ProviderUse, Sums> uses(AgentFilter filter) {
        return windows.cells(
                List.of("agent_id", "provider"), filter.sql(), filter.binds(), AgentQueries::use);
    }

    private Map<UseStep, Sums> usesBySteps(AgentFilter filter) {
        return windows.cellSeries(
                List.of("agent_id", "provider", Windows.step(range)),
                filter.sql(),
                filter.binds(),
                row -> new UseStep(use(row), Rows.time(row, "step_start")));
    }

    private static ProviderUse use(ResultSet row) throws SQLException {
        return new ProviderUse(row.getString("agent_id"), row.getString("provider"));
    }

    private List<AgentActivity> work(
            Map<ProviderUse, Sums> uses,
            Map<String, Sums.Correction> corrections,
            AgentFilter filter) {
        Map<String, Sums> sums = new HashMap<>();
        uses.forEach((use, s) -> sums.computeIfAbsent(use.agentId, a -> new Sums()).plus(s));
        Map<String, ProviderUse> most = mostUsed(uses);
        sums.values().removeIf(s -> s.get(REQUESTS) + s.get(TASKS) + s.get(TASKS_ABANDONED) == 0);
        Map<String, Profile> profiles = profiles(filter);
        List<AgentActivity> work = new ArrayList<>();
        sums.forEach(
                (agent, s) -> {
                    ProviderUse use = most.get(agent);
                    work.add(
                            new AgentActivity(
                                    agent,
                                    s.corrected(corrections.get(agent)),
                                    use == null ? null : use.provider,
                                    profiles.getOrDefault(agent, Profile.UNKNOWN)));
                });
        return work;
    }

    private static Map<String, ProviderUse> mostUsed(Map<ProviderUse, Sums> uses) {
        Map<String, ProviderUse> most = new HashMap<>();
        for (ProviderUse use : uses.keySet()) {
            if (!use.provider.isEmpty()) {
                most.merge(use.agentId, use, (a, b) -> busier(a, b, uses));
            }
        }
        return most;
    }

    /** Returns the provider with more requests; on a tie, the first by name. */
    private static ProviderUse busier(ProviderUse a, ProviderUse b, Map<ProviderUse, Sums> uses) {
        Sums none = new Sums();
        long more =
                uses.getOrDefault(a, none).get(REQUESTS) - uses.getOrDefault(b, none).get(REQUESTS);
        return more > 0 || (more == 0 && a.provider.compareTo(b.provider) < 0) ? a : b;
    }

    private Map<String, Profile> profiles(AgentFilter filter) {
        Map<String, Profile> result = new HashMap<>();
        context.handle()
                .createQuery(
                        "SELECT agent_id, agent_type, tags::text AS tags, running, last_seen"
                                + " FROM store.agents WHERE "
                                + filter.sql()
                                + " AND last_seen >= :from")
                .bind("from", Windows.time(range.from()))
                .bindMap(filter.binds())
                .map((row, context) -> result.put(row.getString("agent_id"), profile(row)))
                .list();
        return result;
    }

    private static Profile profile(ResultSet row) throws SQLException {
        return new Profile(
                row.getString("agent_type"),
                Rows.json(row, "tags", new TypeReference<>() {}),
                row.getLong("running"),
                Rows.instant(row, "last_seen"));
    }

    private static AgentView view(AgentActivity work, RecentTasksView recent) {
        Sums s = work.sums;
        Profile profile = work.profile;
        return AgentViewBuilder.builder()
                .agentId(work.agentId)
                .agentType(profile.type())
                .tags(profile.tags())
                .tasks(s.get(TASKS))
                .succeeded(s.get(TASKS_SUCCEEDED))
                .failed(s.get(TASKS_FAILED))
                .cancelled(s.get(TASKS_CANCELLED))
                .unreported(s.unreported())
                .toolCalls(s.get(TOOL_CALLS))
                .toolCallsFailed(s.get(TOOL_CALLS_FAILED))
                .abandoned(s.get(TASKS_ABANDONED))
                .successRate(s.taskSuccessRate())
                .costUsd(s.costOfEndedTasks())
                .costBySource(s.taskCostBySource())
                .unpricedRequests(s.get(TASK_REQUESTS_UNPRICED))
                .requests(s.get(REQUESTS))
                .requestCostUsd(s.requestCost())
                .costPerTaskUsd(s.costPerTask())
                .tokens(s.taskTokens())
                .durationMs(s.taskDuration())
                .filesCreated(s.get(TASK_FILES_CREATED))
                .filesModified(s.get(TASK_FILES_MODIFIED))
                .running(profile.running())
                .lastSeen(profile.lastSeen())
                .mostlyOn(work.mostlyOn)
                .recent(recent)
                .costTrend(List.of())
                .notes(s.taskNotes())
                .build();
    }

    private static RecentTasksView recent(Sums s, Map<String, Long> failures) {
        return new RecentTasksView(
                s.get(TASKS),
                s.get(TASKS_SUCCEEDED),
                s.get(TASKS_FAILED),
                s.costOfEndedTasks(),
                failures);
    }

    private Map<String, Map<String, Long>> failures(TimeRange lately, AgentFilter filter) {
        Map<String, Map<String, Long>> result = new HashMap<>();
        context.handle()
                .createQuery(
                        """
                        SELECT agent_id, coalesce(error_type, 'other') AS error_type, count(*) AS n
                        FROM store.task_execution_timeline
                        WHERE %s AND NOT retracted
                          AND outcome = 'failed' AND %s GROUP BY 1, 2
                        """
                                .formatted(
                                        Windows.between("ended_at", lately.from(), lately.to()),
                                        filter.sql()))
                .bindMap(filter.binds())
                .map(
                        (row, context) ->
                                result.computeIfAbsent(
                                                row.getString("agent_id"), a -> new TreeMap<>())
                                        .merge(
                                                ErrorClass.of(row.getString("error_type"))
                                                        .wireName(),
                                                row.getLong("n"),
                                                Long::sum))
                .list();
        return result;
    }

    /** Adds the cost trend of each agent, as a coarse time series. */
    List<AgentView> withTrends(List<AgentView> agents) {
        TimeRange coarse = range.withAtMost(TREND_POINTS);
        Map<AgentStep, Sums> steps =
                steps(
                        coarse,
                        Sums.Book.TASK_COST,
                        agents.stream().map(AgentView::agentId).toList());
        List<AgentView> result = new ArrayList<>();
        for (AgentView a : agents) {
            List<@Nullable BigDecimal> trend = new ArrayList<>();
            for (Instant t : coarse.steps()) {
                trend.add(steps.getOrDefault(new AgentStep(a.agentId(), t), new Sums()).taskCost());
            }
            result.add(a.withCostTrend(trend));
        }
        return result;
    }

    private Map<AgentStep, Sums> steps(TimeRange of, Sums.Book book, Collection<String> agents) {
        AgentFilter filter = AgentFilter.of(agents);
        return new Windows(context.over(of), book)
                .cellSeries(
                        List.of("agent_id", Windows.step(of)),
                        filter.sql(),
                        filter.binds(),
                        row ->
                                new AgentStep(
                                        row.getString("agent_id"), Rows.time(row, "step_start")));
    }
}
