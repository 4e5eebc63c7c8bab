package io.agentanalytics.api.insight;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recommendation. Amounts are in dollars and shares range from 0 to 1. Intervals are 95 %
 * confidence intervals, except in insights about tokens, where they are the interquartile range of
 * the peers.
 *
 * @param id stable ID of the recommendation
 * @param kind {@code switch_model}, {@code move_agent}, {@code cache_input}, {@code
 *     shorten_context}, {@code high_error_rate}, {@code slow_responses}, {@code expensive_tasks} or
 *     {@code failing_provider}
 * @param agentType agent type concerned
 * @param from current provider and model
 * @param to recommended provider and model; null if the insight recommends no switch
 * @param savingPerSuccessUsd reduction of the cost per success, in dollars
 * @param savingMonthlyUsd the same for the number of successes in the range, scaled to 30 days
 * @param successChange change of the success rate
 * @param confidence probability that the saving, the gain in success, or the excess over a
 *     threshold is above zero
 * @param tasks number of tasks that the evidence is based on, for the current and the recommended
 *     choice
 * @param alternatives all other choices with enough tasks, best first
 * @param apply instructions for applying the recommendation
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@RecordBuilder
public record Insight(
        String id,
        String kind,
        String title,
        String detail,
        @Nullable String agentType,
        @Nullable String agentId,
        @Nullable Served from,
        @Nullable Served to,
        @Nullable Interval savingPerSuccessUsd,
        @Nullable Interval savingMonthlyUsd,
        @Nullable Interval successChange,
        double confidence,
        InsightEvidence tasks,
        List<Alternative> alternatives,
        String apply) {

    Insight withDetail(String other) {
        return InsightBuilder.builder(this).detail(other).build();
    }

    /** Provider and model. */
    public record Served(String provider, String model) {}

    /** Number of tasks examined. */
    public record InsightEvidence(long now, long there) {}

    /**
     * Comparison with another choice.
     *
     * @param verdict {@code better_and_cheaper}, {@code cheaper}, {@code
     *     cheaper_success_not_proven}, {@code cheaper_but_worse}, {@code
     *     no_significant_difference}, {@code more_expensive} or {@code in_trouble_now}: the
     *     provider currently fails, refuses requests or performs worse than usual
     * @param successIsDifferent true if the success rates differ significantly
     */
    @RecordBuilder
    public record Alternative(
            String provider,
            String model,
            long tasks,
            Interval success,
            Interval costPerSuccessUsd,
            Interval savingPerSuccessUsd,
            Interval successChange,
            boolean successIsDifferent,
            String verdict) {}
}
