package io.agentanalytics.api.view;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The shapes of the answers. Money in dollars, durations in milliseconds, unknown is null. */
public final class Views {
    private Views() {}

    /** The range that an answer is about: half-open, aligned to whole windows, step in seconds. */
    public record RangeView(Instant from, Instant to, long step, boolean rounded) {}

    public record CostBySource(BigDecimal reported, BigDecimal priced) {}

    /** Cached input and cache writes are part of input, reasoning of output. */
    public record Tokens(
            long input,
            long cachedInput,
            long cacheWrite,
            long output,
            long reasoning,
            long total) {}

    /** Percentiles are of the merged histograms, within 1 %. */
    public record Distribution(
            @Nullable Double mean,
            @Nullable Double p50,
            @Nullable Double p95,
            @Nullable Double p99) {}

    @RecordBuilder
    public record AgentView(
            String agentId,
            String agentType,
            Map<String, String> tags,
            long tasks,
            long succeeded,
            long failed,
            long cancelled,
            long abandoned,
            @Nullable Double successRate,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable BigDecimal costPerTaskUsd,
            @Nullable Tokens tokens,
            Distribution durationMs,
            long filesCreated,
            long filesModified,
            long running,
            @Nullable Instant lastSeen,
            @Nullable String mostlyOn,
            RecentTasks recent,
            List<@Nullable BigDecimal> costTrend,
            Map<String, Long> notes) {
        public AgentView withCostTrend(List<@Nullable BigDecimal> trend) {
            return AgentViewBuilder.builder(this).costTrend(trend).build();
        }
    }

    /** Agents that have something in common; the group is null where they lack the tag. */
    @RecordBuilder
    public record GroupView(
            @Nullable String group,
            long agents,
            long tasks,
            long succeeded,
            long failed,
            long cancelled,
            long abandoned,
            @Nullable Double successRate,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable BigDecimal costPerTaskUsd,
            @Nullable Tokens tokens,
            Distribution durationMs,
            Map<String, Long> notes) {}

    /** An agent's last fifteen minutes of the range, and why tasks failed in them, by class. */
    public record RecentTasks(
            long tasks,
            long succeeded,
            long failed,
            @Nullable BigDecimal costUsd,
            Map<String, Long> failures) {}

    /** One step of an agent's own series. */
    public record AgentPoint(
            Instant time,
            long tasks,
            long succeeded,
            long failed,
            @Nullable BigDecimal costUsd,
            @Nullable Tokens tokens,
            @Nullable Double p95Ms) {}

    /** A provider, or one of its models; models have no models and no series of their own. */
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
            @Nullable Tokens tokens,
            Map<String, Long> errors,
            @Nullable RecentView recent,
            List<ProviderView> models,
            List<ProviderPoint> series,
            Map<String, Long> notes) {}

    /** The last five minutes of the range: an hour's mean hides an outage. */
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
            long abandoned,
            @Nullable Double successRate,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable Tokens tokens,
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

    /** One step: what ended and was called in it. A mean over nothing is null. */
    @RecordBuilder
    public record SeriesPoint(
            Instant time,
            long tasks,
            long succeeded,
            long failed,
            long requests,
            long requestsFailed,
            @Nullable BigDecimal costUsd,
            @Nullable Tokens tokens,
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
            @Nullable Tokens tokens,
            @Nullable BigDecimal costUsd,
            CostBySource costBySource,
            long unpricedRequests,
            @Nullable String errorType,
            @Nullable String errorMessage,
            @Nullable Integer filesCreated,
            @Nullable Integer filesModified,
            List<String> notes) {}

    /** What is not built yet: empty, and says so. */
    public record NotAvailable(String status, String reason) {}

    public record HealthView(
            String status,
            @Nullable String detail,
            @Nullable Instant dataThrough,
            @Nullable Instant lastEventAt,
            @Nullable Instant sampledAt,
            Map<String, Long> deadLetters24h) {}
}
