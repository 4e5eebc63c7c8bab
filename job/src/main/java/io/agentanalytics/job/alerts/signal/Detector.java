package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TaskOutcome;

/**
 * Decides whether a condition of one agent holds, from its tasks. Kept in state by {@link
 * RuleState}. A method that returns false has taken nothing in.
 */
interface Detector {
    ConditionLevel level();

    /** A task ended in success or failure; it is the newest of the agent's recent tasks. */
    boolean ended(TaskOutcome fact, AgentContext context);

    /**
     * The cost of a task that was counted has become known, or has changed.
     *
     * @param before the task as it was counted
     */
    default boolean amended(TaskOutcome fact, RecentTasks.Task before, AgentContext context) {
        return false;
    }

    /** Time has passed: running tasks have grown older, or old tasks have left the window. */
    default boolean lookAgain(AgentContext context) {
        return false;
    }

    Evidence evidence(AgentContext context);

    /** The subject of its signals. */
    default Subject subject(AgentContext context) {
        return context.subject();
    }

    /** The agent has been quiet for so long that its past says nothing about now. */
    void forget();
}
