package io.agentanalytics.api.view;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls, tree and cost of one task. Unknown values are null. */
public final class TaskViews {
    private TaskViews() {}

    /**
     * Call of a model or of a tool.
     *
     * @param kind {@code model} or {@code tool}
     * @param costSource {@code reported} or {@code priced}
     * @param errorClass class of the error type, as providers count it
     * @param attempt 1, or one more than that of the failed call that this one repeats
     */
    @RecordBuilder
    public record TaskCallView(
            String callId,
            String kind,
            Instant startedAt,
            @Nullable Long durationMs,
            @Nullable Long timeToFirstTokenMs,
            @Nullable String provider,
            @Nullable String model,
            @Nullable String toolName,
            @Nullable Long inputTokens,
            @Nullable Long cachedInputTokens,
            @Nullable Long cacheWriteTokens,
            @Nullable Long outputTokens,
            @Nullable Long reasoningTokens,
            @Nullable BigDecimal costUsd,
            @Nullable String costSource,
            @Nullable String errorType,
            @Nullable String errorClass,
            @Nullable String errorMessage,
            int attempt) {}

    /**
     * Task in the tree of another task.
     *
     * @param depth number of delegations between the two
     * @param costUsd known cost of its own calls
     * @param costWithDescendantsUsd known cost, with that of the tasks that it delegated
     * @param unpricedWithDescendants number of requests of unknown cost, which this sum leaves out
     */
    @RecordBuilder
    public record TaskNodeView(
            String taskId,
            @Nullable String parentTaskId,
            int depth,
            String agentId,
            String agentType,
            String outcome,
            @Nullable Instant startedAt,
            Instant endedAt,
            @Nullable Long durationMs,
            long calls,
            @Nullable String errorType,
            @Nullable String errorMessage,
            @Nullable BigDecimal costUsd,
            @Nullable BigDecimal costWithDescendantsUsd,
            long unpricedRequests,
            @Nullable Long unpricedWithDescendants) {}

    /**
     * Delegation of tasks around one task. It contains tasks that ended.
     *
     * @param ancestors tasks that delegated it, the first of the line first
     * @param descendants tasks that it delegated, and theirs, each after its parent
     * @param costWithDescendantsUsd known cost of the task and of all descendants
     * @param unpricedRequests requests of unknown cost among these
     * @param complete false if more descendants have ended than the answer contains
     */
    public record TaskTreeView(
            List<TaskNodeView> ancestors,
            List<TaskNodeView> descendants,
            @Nullable BigDecimal costWithDescendantsUsd,
            long unpricedRequests,
            boolean complete) {}

    /**
     * Usual values of the tasks of an agent type: medians and means over its latest tasks before
     * this one.
     *
     * @param tasks number of these tasks
     * @param inputTokensPerCall mean
     * @param cachedShare share of the input that was cached
     * @param model most frequent model
     */
    @RecordBuilder
    public record UsualTaskView(
            long tasks,
            @Nullable BigDecimal costUsd,
            @Nullable Long calls,
            @Nullable Double inputTokensPerCall,
            @Nullable Double cachedShare,
            @Nullable String model) {}

    /**
     * Explanation of the cost of a task.
     *
     * @param text one sentence, from the figures of the task and the usual ones
     * @param usual null if there are too few tasks to compare with
     */
    public record TaskCostView(String text, @Nullable UsualTaskView usual) {}
}
