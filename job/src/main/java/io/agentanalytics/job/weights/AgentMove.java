package io.agentanalytics.job.weights;

import java.util.Map;

/**
 * Providers that an agent should avoid, based on the results of its own tasks; empty if it may use
 * all providers (again).
 */
public record AgentMove(String agentId, String agentType, Map<String, Avoided> avoided) {
    /**
     * The avoidance of one provider.
     *
     * @param sinceMillis start of the avoidance, epoch ms
     */
    public record Avoided(long sinceMillis, String reason) {}
}
