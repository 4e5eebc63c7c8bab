package io.agentanalytics.api.insight;

import java.util.List;

/**
 * Outcomes of the fleet.
 *
 * @param types sums over all agents of a type, by provider and model; their agent ID is empty
 * @param agents agents with at least {@link #MIN_TASKS} tasks, by provider and model
 * @param complete false if more agents have that many tasks than {@code agents} has
 */
public record FleetOutcomes(
        List<AgentOutcomes> types, List<AgentOutcomes> agents, boolean complete) {
    /** Minimum number of tasks of an agent. No insight about an agent is based on fewer. */
    public static final int MIN_TASKS = 30;
}
