package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.TaskInFlight;
import java.util.Map;

/** Keeps the newest record of each task at an agent per second. */
public final class TaskCombiner
        extends LocalCombiner<TaskInFlight, TaskCombiner.Place, TaskInFlight, TaskInFlight> {
    private static final long serialVersionUID = 1L;

    /** A task at an agent. */
    public record Place(String taskId, String agentId) {}

    public TaskCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(TaskInFlight task, Map<Place, TaskInFlight> newest) {
        Place place = new Place(task.taskId(), task.agentId());
        newest.merge(place, task, (earlier, later) -> later.after(earlier));
    }

    @Override
    protected TaskInFlight result(Place place, TaskInFlight task) {
        return task;
    }
}
