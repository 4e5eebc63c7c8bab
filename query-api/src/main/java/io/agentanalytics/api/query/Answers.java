package io.agentanalytics.api.query;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.insight.Forecast;
import io.agentanalytics.api.insight.Insight;
import io.agentanalytics.api.insight.RoutingBenefit;
import io.agentanalytics.api.view.AlertViews.*;
import io.agentanalytics.api.view.SpendViews.SpendView;
import io.agentanalytics.api.view.TaskViews.*;
import io.agentanalytics.api.view.Views.*;
import io.agentanalytics.api.view.WasteViews.*;
import io.agentanalytics.api.view.WeightViews.*;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** API responses. */
public final class Answers {
    private Answers() {}

    /** Common header of all responses for a time range. */
    public record Head(
            RangeView range,
            @Nullable Instant dataThrough,
            @Nullable Instant sampledAt,
            Instant generatedAt) {}

    /** Common end of the paged lists. See {@link Page}. */
    public record Paging(long total, @Nullable String nextCursor, boolean rowsMoved) {}

    public record Overview(@JsonUnwrapped Head head, @JsonUnwrapped OverviewView overview) {}

    public record Agents(
            @JsonUnwrapped Head head, List<AgentView> agents, @JsonUnwrapped Paging paging) {}

    public record Groups(
            @JsonUnwrapped Head head,
            List<String> by,
            @Nullable Instant countedSince,
            List<GroupView> groups,
            @JsonUnwrapped Paging paging) {}

    public record SpendAnswer(
            @JsonUnwrapped Head head,
            @JsonUnwrapped SpendView spend,
            @JsonUnwrapped Paging paging) {}

    /**
     * Agent with the preceding range.
     *
     * @param notCompared reason why the preceding range has incomplete data; null if it is complete
     */
    public record AgentAnswer(
            @JsonUnwrapped Head head,
            AgentView agent,
            @Nullable AgentView usual,
            @Nullable String notCompared,
            List<AgentPoint> series) {}

    /**
     * Waste by pattern, agent type and repository.
     *
     * @param monthDays days to which {@code cost_per_month_usd} is scaled
     * @param patterns all patterns, with what to change
     */
    public record WasteAnswer(
            @JsonUnwrapped Head head,
            long monthDays,
            List<WastePatternView> patterns,
            List<WasteView> waste,
            @JsonUnwrapped Paging paging) {}

    public record ProvidersAnswer(
            @JsonUnwrapped Head head, List<ProviderView> providers, @JsonUnwrapped Paging paging) {}

    /**
     * Provider with the preceding range.
     *
     * @param notCompared reason why the preceding range has incomplete data; null if it is complete
     */
    public record ProviderAnswer(
            @JsonUnwrapped Head head,
            ProviderView provider,
            @Nullable ProviderView usual,
            @Nullable String notCompared) {}

    public record TasksAnswer(
            @JsonUnwrapped Head head, List<TaskView> tasks, @Nullable String nextCursor) {}

    /**
     * Task that ended, with its calls, its tree and the alerts whose evidence names it.
     *
     * @param callList calls of models and tools in the order of their start; null if the row was
     *     written before calls were kept
     * @param callsLeftOut calls of models that are not in the list
     * @param toolCallsLeftOut calls of tools that are not in the list
     * @param waste findings of patterns of waste, in the order in which they began
     */
    @RecordBuilder
    public record TaskAnswer(
            @JsonUnwrapped TaskView task,
            @Nullable List<TaskCallView> callList,
            long callsLeftOut,
            long toolCallsLeftOut,
            TaskTreeView tree,
            TaskCostView explanation,
            List<AlertView> alerts,
            List<WasteFindingView> waste) {}

    /**
     * Tree of a task that may not have ended, and the alerts whose evidence names the task.
     *
     * @param ended true if the task itself has ended and can be opened
     */
    public record TaskTreeAnswer(
            String taskId, boolean ended, TaskTreeView tree, List<AlertView> alerts) {}

    /**
     * Figures of the preceding range of equal length, which the dashboard shows as usual values.
     */
    public record Usual(
            RangeView range,
            OverviewView overview,
            List<AgentView> agents,
            List<ProviderView> providers) {}

    /**
     * Data of the dashboard.
     *
     * @param notCompared reason why there is no usual range; null if there is one
     */
    @RecordBuilder
    public record DashboardData(
            @JsonUnwrapped Head head,
            OverviewView overview,
            List<AgentView> agents,
            long totalAgents,
            @Nullable String nextCursor,
            List<ProviderView> providers,
            @Nullable Usual usual,
            @Nullable String notCompared,
            List<AlertView> alerts,
            @Nullable ScopeWeightsView weights,
            boolean rowsMoved) {
        public DashboardData withCursor(@Nullable String cursor) {
            return DashboardDataBuilder.builder(this).nextCursor(cursor).build();
        }
    }

    /** Progress of the job, as reported by the event stream. */
    public record StreamProgress(
            @Nullable Instant dataThrough,
            @Nullable Instant sampledAt,
            long pending,
            long running) {}

    /** Fleet-wide window of 10 s that event time has passed. */
    @RecordBuilder
    public record StreamWindow(
            Instant start,
            int seconds,
            long tasks,
            long succeeded,
            long failed,
            long requests,
            long requestsFailed,
            @Nullable BigDecimal costUsd,
            @Nullable TokenCounts tokens,
            @Nullable Double p95Ms,
            List<StreamProvider> providers) {}

    public record StreamProvider(
            String provider,
            long requests,
            long failed,
            @Nullable BigDecimal costUsd,
            @Nullable Double p95Ms,
            Map<String, Long> errors) {}

    public record Alerts(
            @JsonUnwrapped Head head,
            List<AlertView> alerts,
            @Nullable String nextCursor,
            long total) {}

    public record Rules(List<RuleView> rules) {}

    public record RunbookList(List<RunbookView> runbooks) {}

    /** Results of a test notification by destination: {@code sent}, or the error. */
    public record Tested(Map<String, String> destinations) {}

    public record Silences(List<SilenceView> silences) {}

    public record Weights(
            @JsonUnwrapped Head head,
            List<String> scopes,
            @Nullable ScopeWeightsView weights,
            @Nullable RoutingBenefit saved) {}

    public record RoutingPolicies(List<ObjectNode> policies) {}

    /**
     * Insights.
     *
     * @param examinedFrom start of the tasks on which they are based: the start of the range, or
     *     later if the range has more tasks than are examined
     * @param complete false if there are more agents than were examined one by one
     */
    public record InsightsAnswer(
            @JsonUnwrapped Head head,
            Instant examinedFrom,
            boolean complete,
            List<Insight> insights,
            Forecast forecast) {}
}
