package io.agentanalytics.api.insight;

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
}
