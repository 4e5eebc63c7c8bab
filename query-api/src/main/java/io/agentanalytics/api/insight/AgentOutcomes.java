package io.agentanalytics.api.insight;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Outcomes of an agent's tasks on one model of a provider.
 *
 * @param tasks number of tasks that ended by themselves, including those without a known outcome
 * @param cost known cost of these tasks, as a lower bound; costSquares is the sum of its squares
 * @param unpricedTasks number of these tasks of which some cost is unknown
 * @param outcomes outcomes of the tasks whose outcome is known, with their known cost
 * @param tasksWithInput number of tasks that report input tokens
 * @param inputTokens input tokens of the tasks, including cached ones
 * @param inputOfCached input tokens of the tasks that report cached ones
 * @param timed number of tasks with known duration
 * @param durationMillis sum of the known durations; durationSquares is the sum of their squares
 * @param priced outcomes of the tasks among them whose cost is fully known; only these can prove a
 *     lower cost
 */
@RecordBuilder
public record AgentOutcomes(
        String agentType,
        String agentId,
        String provider,
        String model,
        long tasks,
        double cost,
        double costSquares,
        long unpricedTasks,
        Outcomes outcomes,
        long tasksWithInput,
        long inputTokens,
        long cachedInputTokens,
        long inputOfCached,
        long timed,
        double durationMillis,
        double durationSquares,
        Outcomes priced) {
    Insight.Served served() {
        return new Insight.Served(provider, model);
    }

    /** Starts an insight about this agent. */
    InsightBuilder insight(String kind) {
        return InsightBuilder.builder()
                .id(String.join("/", kind, agentType, agentId, provider, model))
                .kind(kind)
                .agentType(agentType)
                .agentId(agentId)
                .from(served())
                .alternatives(List.of());
    }
}
