package io.agentanalytics.api.insight;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of an agent's tasks on one provider's model.
 *
 * @param inputTokens of the tasks, cached ones among them
 * @param timed tasks whose duration is known
 * @param durationMillis their sum, and in durationSquares that of their squares
 */
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
        double durationSquares) {
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
        return new Insight(
                String.join("/", kind, agentType, agentId, provider, model),
                kind,
                title,
                detail,
                agentType,
                agentId,
                served(),
                null,
                null,
                savingMonthlyUsd,
                null,
                confidence,
                new Insight.Evidence(outcomes.tasks(), 0),
                List.of(),
                apply);
    }
}
