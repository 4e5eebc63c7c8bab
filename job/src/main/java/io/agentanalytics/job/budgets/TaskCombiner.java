package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.TaskInFlight;
import java.util.Map;

/** Keeps the newest record of each task at an agent per second. */
public final class TaskCombiner
        extends LocalCombiner<TaskInFlight, TaskCombiner.TaskAtAgent, TaskInFlight, TaskInFlight> {
    private static final long serialVersionUID = 1L;

    /** A task at an agent. */
    public record TaskAtAgent(String taskId, String agentId) {}

    public TaskCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(TaskInFlight task, Map<TaskAtAgent, TaskInFlight> newest) {
        TaskAtAgent place = new TaskAtAgent(task.taskId(), task.agentId());
        newest.merge(place, task, (earlier, later) -> later.after(earlier));
    }

    @Override
    protected TaskInFlight result(TaskAtAgent place, TaskInFlight task) {
        return task;
    }
}
