package io.agentanalytics.job.waste;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.job.model.TaskHistory;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.util.Collector;

/** Emits the steps of each pattern that a task may match, and their end. */
final class StepSplitter extends RichFlatMapFunction<TaskHistory, Step> {
    private static final long serialVersionUID = 1L;
    private final List<StepPattern> patterns;
    private transient int sender;

    StepSplitter(List<StepPattern> patterns) {
        this.patterns = patterns;
    }

    @Override
    public void open(OpenContext context) {
        sender = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    }

    @Override
    public void flatMap(TaskHistory task, Collector<Step> out) {
        if (task.calls().size() < 2) {
            return; // every pattern needs a call and its repetition
        }
        TaskSteps steps = new TaskSteps(task);
        for (StepPattern pattern : patterns) {
            List<StepBuilder> ofPattern = pattern.steps(steps);
            if (!ofPattern.isEmpty()) {
                emit(pattern, labels(task), ofPattern, out);
            }
        }
    }

    private void emit(
            StepPattern pattern, Step.Labels task, List<StepBuilder> steps, Collector<Step> out) {
        for (StepBuilder step : steps) {
            out.collect(step.pattern(pattern.kind()).sender(sender).task(task).build());
        }
        StepBuilder end = Step.of(Step.Kind.END, Integer.MAX_VALUE, task.endedAt());
        out.collect(end.pattern(pattern.kind()).sender(sender).task(task).build());
    }

    private static Step.Labels labels(TaskHistory task) {
        return new Step.Labels(
                task.taskId(),
                task.endedAt(),
                task.agentId(),
                task.agentType(),
                task.repo(),
                task.ending() == EventType.TASK_COMPLETED || task.ending() == EventType.TASK_ENDED,
                task.seen());
    }
}
