package io.agentanalytics.api.view;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.contract.Wilson;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Data types in API responses. Amounts are in dollars and durations in milliseconds; unknown values
 * are null.
 */
public final class Views {
    private Views() {}

    /** Time range of a response: half-open, aligned to whole windows, with the step in seconds. */
    public record RangeView(Instant from, Instant to, long step, boolean rounded) {}

    public record CostBySource(BigDecimal reported, BigDecimal priced) {}

    /**
     * Token counts. Input includes cached input and cache writes; output includes reasoning. A part
     * of a task's tokens is null if the task and its calls did not report it.
     */
    public record TokenCounts(
            long input,
            @Nullable Long cachedInput,
            @Nullable Long cacheWrite,
            long output,
            @Nullable Long reasoning,
            long total) {
        /** Creates the counts from a function that returns the count of each kind. */
        public static TokenCounts of(ToLongFunction<TokenKind> count) {
            TokenUsage usage = TokenUsage.of(count);
            return new TokenCounts(
                    usage.input(),
                    known(usage.cachedInput()),
                    known(usage.cacheWrite()),
                    usage.output(),
                    known(usage.reasoning()),
                    usage.input() + usage.output());
        }

        private static @Nullable Long known(long count) {
            return count == TaskEvent.ABSENT ? null : count;
        }
    }

    /**
     * Distribution. Percentiles are computed from merged histograms, with a relative error of at
     * most 1 %.
     */
    public record Distribution(
            @Nullable Double mean,
            @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99) {}

    /**
     * Figures of an agent: tasks at the time of their end, requests at the time of the call.
     *
     * @param costUsd cost of the tasks that ended; null while none has, if there are requests
     * @param requestCostUsd cost of the requests, also of tasks that have not ended
     */
    @RecordBuilder
    public record AgentView(
            String agentId,
            String agentType,
            Map<String, String> tags,
            long tasks,
            long succeeded,
            long failed,
            long cancelled,
            long unreported,
            long toolCalls,
            long toolCallsFailed,
            long abandoned,
            @Nullable Double successRate,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            long requests,
            @Nullable BigDecimal requestCostUsd,
            @Nullable BigDecimal costPerTaskUsd,
            @Nullable TokenCounts tokens,
            Distribution durationMs,
            long filesCreated,
            long filesModified,
            long running,
            @Nullable Instant lastSeen,
            @Nullable String mostlyOn,
            RecentTasksView recent,
            List<@Nullable BigDecimal> costTrend,
            Map<String, Long> notes) {
        public AgentView withCostTrend(List<@Nullable BigDecimal> trend) {
            return AgentViewBuilder.builder(this).costTrend(trend).build();
        }
    }

    /** Bounds of a share with 95 % confidence, by Wilson's score interval. */
    public record ShareInterval(double low, double high) {
        /** Returns the bounds of the share of hits among n; null if n is 0. */
        public static @Nullable ShareInterval of(long hits, long n) {
            double z = Wilson.TWO_SIDED_95;
            return n == 0
                    ? null
                    : new ShareInterval(Wilson.bound(hits, n, -z), Wilson.bound(hits, n, z));
        }
    }

    /**
     * Figures of a group: requests at the time of the call, tasks at the time of the end.
     *
     * @param group value by name; null without the tag, provider or model
     * @param costUsd cost of the requests; over all groups, this is the cost of the fleet
     * @param successInterval confidence interval of the success rate; null without it
     * @param costPerSuccessUsd cost of the tasks by the number of succeeded ones
     */
    @RecordBuilder
    public record GroupView(
            Map<String, @Nullable String> group,
            long requests,
            long requestsFailed,
            Map<String, Long> errors,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable BigDecimal costPerRequestUsd,
            @Nullable TokenCounts tokens,
            Distribution latencyMs,
            long tasks,
            long succeeded,
            long failed,
            long cancelled,
            long unreported,
            long abandoned,
            @Nullable Double successRate,
            @Nullable ShareInterval successInterval,
            @Nullable BigDecimal taskCostUsd,
            @Nullable BigDecimal costPerTaskUsd,
            @Nullable BigDecimal costPerSuccessUsd,
            Distribution durationMs,
            long toolCalls,
            long toolCallsFailed,
            Map<String, Long> notes) {}

    /**
     * Tasks of an agent in the last fifteen minutes of the range, with the number of failures by
     * error class.
     */
    public record RecentTasksView(
            long tasks,
            long succeeded,
            long failed,
            @Nullable BigDecimal costUsd,
            Map<String, Long> failures) {}

    /** Step in the series of an agent. */
    public record AgentPoint(
            Instant time,
            long tasks,
            long succeeded,
            long failed,
            @Nullable BigDecimal costUsd,
            @Nullable TokenCounts tokens,
            @Nullable Double p95Ms) {}

    /** Provider, or one of its models. A model has neither models nor a series. */
    @RecordBuilder
    public record ProviderView(
            String provider,
            @Nullable String model,
            long requests,
            long failed,
            @Nullable Double successRate,
            @Nullable Double errorRate,
            @Nullable Double share,
            Distribution latencyMs,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            long standardRateRequests,
            @Nullable BigDecimal costPerRequestUsd,
            @Nullable BigDecimal costPerSuccessUsd,
            @Nullable TokenCounts tokens,
            Map<String, Long> errors,
            @Nullable RecentView recent,
            List<ProviderView> models,
            List<ProviderPoint> series,
            Map<String, Long> notes) {}

    /** Last five minutes of the range: the mean over an hour hides an outage. */
    public record RecentView(
            long requests,
            long failed,
            @Nullable Double successRate,
            @Nullable Double p95Ms,
            Map<String, Long> errors) {}

    @RecordBuilder
    public record ProviderPoint(
            Instant time,
            long requests,
            long failed,
            @Nullable BigDecimal costUsd,
            @Nullable Long tokens,
            @Nullable Double p50Ms,
            @Nullable Double p95Ms,
            Map<String, Long> errors) {}

    @RecordBuilder
    public record OverviewView(
            long tasks,
            long succeeded,
            long failed,
            long cancelled,
            long unreported,
            long toolCalls,
            long toolCallsFailed,
            long abandoned,
            @Nullable Double successRate,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable TokenCounts tokens,
            Distribution durationMs,
            long requests,
            long requestsFailed,
            long filesCreated,
            long filesModified,
            long activeAgents,
            long runningTasks,
            long queueLength,
            double throughputPerHour,
            List<SeriesPoint> series,
            Map<String, Long> notes) {}

    /**
     * Step in a series: tasks that ended and requests that were made in it. Means over nothing are
     * null.
     */
    @RecordBuilder
    public record SeriesPoint(
            Instant time,
            long tasks,
            long succeeded,
            long failed,
            long requests,
            long requestsFailed,
            @Nullable BigDecimal costUsd,
            @Nullable TokenCounts tokens,
            @Nullable Double p50Ms,
            @Nullable Double p95Ms,
            @Nullable Double p99Ms,
            @Nullable Long pending,
            boolean open) {}

    @RecordBuilder
    public record TaskView(
            String taskId,
            String agentId,
            String agentType,
            @Nullable String parentTaskId,
            String rootTaskId,
            @Nullable String provider,
            @Nullable String model,
            String outcome,
            @Nullable Instant submittedAt,
            @Nullable Instant startedAt,
            Instant endedAt,
            @Nullable Long durationMs,
            long calls,
            long callsFailed,
            long toolCalls,
            @Nullable TokenCounts tokens,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable String errorType,
            @Nullable String errorMessage,
            @Nullable Integer filesCreated,
            @Nullable Integer filesModified,
            List<String> notes,
            Map<String, String> tags) {}

    /**
     * Health of the data flow.
     *
     * @param deadLettersComplete false if the API cannot read the dead letters that the job did not
     *     write
     */
    public record HealthView(
            String status,
            @Nullable String detail,
            @Nullable Instant dataThrough,
            @Nullable Instant lastEventAt,
            @Nullable Instant sampledAt,
            Map<String, Long> deadLetters24h,
            boolean deadLettersComplete) {}
}
