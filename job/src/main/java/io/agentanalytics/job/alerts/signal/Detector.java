package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TaskOutcome;

/**
 * Detector of one condition of an agent, based on its tasks. {@link RuleState} stores it in Flink
 * state. A method that returns false has ignored its input.
 */
interface Detector {
    ConditionLevel level();

    /** Applies a task that ended in success or failure and is the newest of the recent tasks. */
    boolean ended(TaskOutcome outcome, AgentContext context);

    /**
     * Applies the cost or the success of a counted task that has become known or has changed.
     *
     * @param before the task as it was counted
     */
    default boolean amended(
            TaskOutcome outcome, RecentTasks.RecentTask before, AgentContext context) {
        return false;
    }

    /** Evaluates again after time has passed: running tasks are older, or tasks left the window. */
    default boolean reevaluate(AgentContext context) {
        return false;
    }

    Evidence evidence(AgentContext context);

    /** Returns the subject of the emitted signals. */
    default Subject subject(AgentContext context) {
        return context.subject();
    }

    /**
     * Clears the detector after a long inactivity of the agent, when its past no longer describes
     * its present.
     */
    void forget();
}
