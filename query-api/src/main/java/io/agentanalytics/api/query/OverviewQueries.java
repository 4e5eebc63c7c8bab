package io.agentanalytics.api.query;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.api.view.OverviewViewBuilder;
import io.agentanalytics.api.view.SeriesPointBuilder;
import io.agentanalytics.api.view.Views.OverviewView;
import io.agentanalytics.api.view.Views.SeriesPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Queries for the whole fleet in a time range. */
public final class OverviewQueries {
    private final QueryContext context;
    private final TimeRange range;
    private final Progress progress;
    private final Windows windows;

    public OverviewQueries(QueryContext context) {
        this.context = context;
        this.range = context.range();
        this.progress = context.progress();
        this.windows = new Windows(context, Sums.Book.BOTH);
    }

    public OverviewView overview() {
        Map<Instant, Sums> steps = steps();
        Sums sums = new Sums();
        steps.values().forEach(sums::plus);
        return OverviewViewBuilder.builder()
                .tasks(sums.get(TASKS))
                .succeeded(sums.get(TASKS_SUCCEEDED))
                .failed(sums.get(TASKS_FAILED))
                .cancelled(sums.get(TASKS_CANCELLED))
                .unreported(sums.unreported())
                .toolCalls(sums.get(TOOL_CALLS))
                .toolCallsFailed(sums.get(TOOL_CALLS_FAILED))
                .abandoned(sums.get(TASKS_ABANDONED))
                .successRate(sums.taskSuccessRate())
                .costUsd(sums.requestCost())
                .costBySource(sums.requestCostBySource())
                .unpricedRequests(sums.get(REQUESTS_UNPRICED))
                .tokens(sums.requestTokens())
                .durationMs(sums.taskDuration())
                .requests(sums.get(REQUESTS))
                .requestsFailed(sums.get(REQUESTS_FAILED))
                .filesCreated(sums.get(TASK_FILES_CREATED))
                .filesModified(sums.get(TASK_FILES_MODIFIED))
                .activeAgents(activeAgents())
                .runningTasks(progress.running())
                .queueLength(progress.pending())
                .throughputPerHour(throughputPerHour(sums.get(TASKS)))
                .series(series(steps))
                .notes(sums.requestNotes())
                .build();
    }

    /**
     * Returns the throughput over the elapsed part of the range, so that its open end does not
     * dilute the rate.
     */
    private double throughputPerHour(long tasks) {
        Instant reached = progress.eventTime();
        Instant end = reached == null || reached.isAfter(range.to()) ? range.to() : reached;
        long millis = Duration.between(range.from(), end).toMillis();
        return millis <= 0 ? 0 : Math.round(tasks * 3_600_000.0 / millis * 100) / 100.0;
    }

    private long activeAgents() {
        Windows cells = new Windows(context, Sums.Book.ACTIVITY);
        String sql =
                """
                SELECT count(*)
                FROM (SELECT agent_id FROM (%s) AS w
                      WHERE requests > 0 OR tasks > 0 GROUP BY agent_id) AS active
                """
                        .formatted(cells.cellRows("true"));
        return cells.withoutNestedLoops(
                () -> context.handle().createQuery(sql).mapTo(Long.class).one());
    }

    /** Returns the fleet by step, after late verdicts. */
    private Map<Instant, Sums> steps() {
        Map<Instant, Sums> steps =
                windows.series(
                        "system_window",
                        List.of(Windows.step(range)),
                        "true",
                        Map.of(),
                        row -> Rows.time(row, "step_start"));
        Corrections.bySteps(context, AgentFilter.ALL)
                .forEach((t, c) -> steps.computeIfAbsent(t, s -> new Sums()).corrected(c));
        return steps;
    }

    private List<SeriesPoint> series(Map<Instant, Sums> steps) {
        Map<Instant, Long> pending = pending();
        List<SeriesPoint> points = new ArrayList<>();
        for (Instant t : range.steps()) {
            points.add(point(t, steps.getOrDefault(t, new Sums()), pending));
        }
        return points;
    }

    private SeriesPoint point(Instant time, Sums s, Map<Instant, Long> pending) {
        var duration = s.taskDuration();
        Instant reached = progress.eventTime();
        Instant end = time.plusSeconds(range.stepSeconds());
        return SeriesPointBuilder.builder()
                .time(time)
                .tasks(s.get(TASKS))
                .succeeded(s.get(TASKS_SUCCEEDED))
                .failed(s.get(TASKS_FAILED))
                .requests(s.get(REQUESTS))
                .requestsFailed(s.get(REQUESTS_FAILED))
                .costUsd(s.requestCost())
                .tokens(s.requestTokens())
                .p50Ms(duration.p50())
                .p95Ms(duration.p95())
                .p99Ms(duration.p99())
                .pending(pending.get(time))
                .open(reached == null || end.isAfter(reached))
                .build();
    }

    private Map<Instant, Long> pending() {
        Map<Instant, Long> result = new HashMap<>();
        context.handle()
                .createQuery(
                        """
                        SELECT %s, max(pending) AS pending
                        FROM store.fleet_gauge WHERE %s GROUP BY 1
                        """
                                .formatted(
                                        Windows.step(range, "sampled_at"),
                                        Windows.between("sampled_at", range.from(), range.to())))
                .map(
                        (row, context) ->
                                result.put(Rows.time(row, "step_start"), row.getLong("pending")))
                .list();
        return result;
    }
}
