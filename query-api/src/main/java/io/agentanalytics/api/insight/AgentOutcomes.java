package io.agentanalytics.api.insight;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of an agent's tasks on one provider's model.
 *
 * @param outcomes of all tasks, with what is known of their cost: a lower bound
 * @param inputTokens of the tasks, cached ones among them
 * @param timed tasks whose duration is known
 * @param durationMillis their sum, and in durationSquares that of their squares
 * @param priced of the tasks whose whole cost is known: only these can be shown to cost less
 */
@RecordBuilder
public record AgentOutcomes(
        String agentType,
        String agentId,
        String provider,
        String model,
        Outcomes outcomes,
        long inputTokens,
        long cachedInputTokens,
        long timed,
        double durationMillis,
        double durationSquares,
        Outcomes priced) {
    Insight.Served served() {
        return new Insight.Served(provider, model);
    }

    /** Advice about this agent. */
    Insight advice(
            String kind,
            String title,
            String detail,
            @Nullable Interval savingMonthlyUsd,
            double confidence,
            String apply) {
        return InsightBuilder.builder()
                .id(String.join("/", kind, agentType, agentId, provider, model))
                .kind(kind)
                .title(title)
                .detail(detail)
                .agentType(agentType)
                .agentId(agentId)
                .from(served())
                .savingMonthlyUsd(savingMonthlyUsd)
                .confidence(confidence)
                .tasks(new Insight.Evidence(outcomes.tasks(), 0))
                .alternatives(List.of())
                .apply(apply)
                .build();
    }
}
