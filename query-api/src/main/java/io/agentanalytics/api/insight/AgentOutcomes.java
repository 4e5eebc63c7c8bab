package io.agentanalytics.api.insight;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outcomes of an agent's tasks on one model of a provider.
 *
 * @param outcomes outcomes of all tasks, with their known cost as a lower bound
 * @param inputTokens input tokens of the tasks, including cached ones
 * @param timed number of tasks with known duration
 * @param durationMillis sum of the known durations; durationSquares is the sum of their squares
 * @param priced outcomes of the tasks whose cost is fully known; only these can prove a lower cost
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

    /** Creates an insight about this agent. */
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
                .tasks(new Insight.InsightEvidence(outcomes.tasks(), 0))
                .alternatives(List.of())
                .apply(apply)
                .build();
    }
}
