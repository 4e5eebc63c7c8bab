package io.agentanalytics.api.insight;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of advice. Money in dollars; shares 0 to 1; intervals 95 %, but for advice about tokens:
 * there the middle half of peers.
 *
 * @param id the same for the same advice
 * @param kind {@code switch_model}, {@code move_agent}, {@code cache_input}, {@code
 *     shorten_context}, {@code high_error_rate}, {@code slow_responses}, {@code dear_tasks} or
 *     {@code failing_provider}
 * @param agentType whom it is about
 * @param from what is used now
 * @param to what is advised instead; null where the advice is no switch
 * @param savingPerSuccessUsd dollars less for one success
 * @param savingMonthlyUsd the same for as many successes as the range had, scaled to 30 days
 * @param successChange change of the success rate
 * @param confidence how sure it is that the saving, or the gain in success, is above zero
 * @param tasks that the evidence rests on, now and where it would go
 * @param alternatives every other choice with enough tasks, best first
 * @param apply how to do it
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
        Evidence tasks,
        List<Alternative> alternatives,
        String apply) {

    Insight withDetail(String other) {
        return InsightBuilder.builder(this).detail(other).build();
    }

    /** A provider's model. */
    public record Served(String provider, String model) {}

    /** Tasks that were looked at. */
    public record Evidence(long now, long there) {}

    /**
     * What another choice would change.
     *
     * @param verdict {@code better_and_cheaper}, {@code cheaper}, {@code
     *     cheaper_success_not_proven}, {@code cheaper_but_worse}, {@code
     *     no_significant_difference}, {@code dearer} or {@code in_trouble_now}: the provider fails,
     *     refuses or is worse than usual at this moment
     * @param successIsDifferent whether the success rates differ significantly
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
