package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.TaskInFlight;
import java.util.Map;

/** Keeps the newest record of each task per second. */
public final class TaskCombiner
        extends LocalCombiner<TaskInFlight, String, TaskInFlight, TaskInFlight> {
    private static final long serialVersionUID = 1L;

    public TaskCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(TaskInFlight task, Map<String, TaskInFlight> newest) {
        newest.merge(task.taskId(), task, (earlier, later) -> later.after(earlier));
    }

    @Override
    protected TaskInFlight result(String taskId, TaskInFlight task) {
        return task;
    }
}
