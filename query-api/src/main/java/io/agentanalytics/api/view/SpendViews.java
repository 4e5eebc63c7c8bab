package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import io.agentanalytics.api.view.Views.TokenCounts;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spend in API responses. Amounts are dollars; unknown values are null. */
public final class SpendViews {
    private SpendViews() {}

    /**
     * Figures of a group in one range.
     *
     * @param costUsd cost of the requests; a lower bound while some are unpriced
     * @param share share of the cost of all groups that were asked for
     * @param cachedShare cached part of the input tokens
     * @param costPerSuccessUsd cost of the tasks by the number of succeeded ones
     */
    @RecordBuilder
    public record SpendFigures(
            @Nullable BigDecimal costUsd,
            @Nullable Double share,
            long unpricedRequests,
            long requests,
            long tasks,
            long succeeded,
            long failed,
            @Nullable TokenCounts tokens,
            @Nullable Double cachedShare,
            @Nullable Double successRate,
            @Nullable BigDecimal costPerTaskUsd,
            @Nullable BigDecimal costPerSuccessUsd) {}

    /** Cause of a change. */
    public enum Cause {
        /** Number of tasks. */
        TASKS,
        /** Number of calls. */
        CALLS,
        /** Tokens per task or call. */
        TOKENS,
        /** Other models. */
        MODELS,
        /** Cost per token of the same model. */
        PRICE,
        /** Cost per task or call, where tokens are unknown. */
        COST,
        /** The group had no tasks or calls before. */
        NEW,
        /** The group has no tasks or calls any more. */
        GONE;

        @JsonValue
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Part of a change. */
    public record CostCause(Cause cause, BigDecimal usd) {}

    /**
     * Spend of a group in the range and in the earlier one.
     *
     * @param group value by name; null without the tag, provider or model; empty for the totals
     * @param before null if there is no complete earlier range
     * @param causes parts of {@code changeUsd}, to which they add up exactly
     * @param reason the causes as a phrase
     */
    @RecordBuilder
    public record SpendGroup(
            Map<String, @Nullable String> group,
            @JsonUnwrapped SpendFigures figures,
            @Nullable SpendFigures before,
            @Nullable BigDecimal changeUsd,
            @Nullable Double change,
            List<CostCause> causes,
            @Nullable String reason) {}

    /** Step of a series: cost in the range, and at the same place of the earlier one. */
    public record SpendPoint(
            Instant time, @Nullable BigDecimal costUsd, @Nullable BigDecimal beforeUsd) {}

    /** Series of the cost, with the step in seconds. */
    public record SpendSeries(long step, List<SpendPoint> points) {}

    /**
     * Spend of groups, and of all of them.
     *
     * @param names names by which spend can be grouped
     * @param before start and end of the earlier range; null if it is not complete
     * @param notCompared reason why there is no earlier range
     * @param totals all groups that are selected
     * @param movers groups with the greatest changes, in either direction
     */
    @RecordBuilder
    public record SpendView(
            List<String> by,
            List<String> names,
            @Nullable Instant countedSince,
            @Nullable SpendRange before,
            @Nullable String notCompared,
            SpendGroup totals,
            List<SpendGroup> movers,
            SpendSeries series,
            List<SpendGroup> groups) {}

    /** Earlier range, half-open. */
    public record SpendRange(Instant from, Instant to) {}
}
