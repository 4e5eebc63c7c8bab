package io.agentanalytics.api.view;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Waste by pattern in API responses. Amounts are dollars. */
public final class WasteViews {
    private WasteViews() {}

    /** Pattern of waste with its name and what to change. */
    public record WastePatternView(String pattern, String title, String advice) {}

    /**
     * Findings of a pattern in tasks of an agent type and repository.
     *
     * @param repo tag {@code repo} of the tasks; null: without the tag
     * @param calls calls of models that were wasted
     * @param costUsd sum of their known costs
     * @param unpricedCalls those of them without a known cost
     * @param costPerMonthUsd {@code costUsd}, scaled from the range to 30 days
     * @param share of the cost of all waste in the range; null if that is zero
     * @param examples at most three tasks, the most expensive first
     */
    @RecordBuilder
    public record WasteView(
            String pattern,
            String agentType,
            @Nullable String repo,
            long findings,
            long tasks,
            long calls,
            BigDecimal costUsd,
            long unpricedCalls,
            BigDecimal costPerMonthUsd,
            @Nullable Double share,
            List<WasteExampleView> examples) {}

    /**
     * Task with findings of a pattern.
     *
     * @param tool tool of the most expensive finding; null for calls of models
     * @param times how often its step occurred, the first time included
     * @param costUsd known cost of all findings of the pattern in the task
     * @param unpricedCalls their calls without a known cost
     */
    public record WasteExampleView(
            String taskId,
            @Nullable String tool,
            long times,
            BigDecimal costUsd,
            long unpricedCalls) {}

    /**
     * Finding in a task.
     *
     * @param place position of its first call among all calls of the task, from 0
     */
    @RecordBuilder
    public record WasteFindingView(
            String pattern,
            String title,
            String advice,
            long place,
            @Nullable String tool,
            long times,
            long calls,
            BigDecimal costUsd,
            long unpricedCalls,
            Instant startedAt,
            Instant finishedAt) {}
}
