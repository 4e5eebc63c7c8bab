package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.TaskOutcome;
import org.jspecify.annotations.Nullable;

/** Check of an alert rule for each task of an agent; it emits the signals. */
interface TaskCheck {
    /** Applies a task that ended in success or failure and is the newest of the recent tasks. */
    void ended(TaskOutcome outcome, AgentContext context);

    /**
     * Applies the newer cost, token counts or success of a task that was counted before.
     *
     * @param before the task as it was counted; null if it is not among the recent tasks or does
     *     not count as one of them
     */
    default void amended(
            TaskOutcome outcome, RecentTasks.@Nullable RecentTask before, AgentContext context) {}

    /** Evaluates again after time has passed. */
    default void reevaluate(AgentContext context) {}
}
