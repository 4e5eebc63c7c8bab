package io.agentanalytics.job.weights;

import java.util.Map;

/**
 * Which providers an agent had better leave alone, by what came of its own tasks; none if it may
 * use all (again).
 */
public record AgentMove(String agentId, String agentType, Map<String, Avoided> avoided) {
    /**
     * @param sinceMillis epoch ms
     */
    public record Avoided(long sinceMillis, String reason) {}
}
