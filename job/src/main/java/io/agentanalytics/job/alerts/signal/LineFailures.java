package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.List;

/**
 * Emits the failures in a task line and the tasks that interrupt a run of failures. A task that is
 * its own root is not a line.
 */
record LineFailures() implements TaskCheck {
    @Override
    public void ended(TaskOutcome outcome, AgentContext context) {
        if (outcome.rootTaskId().equals(outcome.taskId())) {
            return;
        }
        Subject agent = context.subject();
        Subject line =
                new Subject(
                        AlertScope.TASK_LINE,
                        outcome.rootTaskId(),
                        agent.agentId(),
                        agent.agentType(),
                        agent.provider());
        Evidence evidence = Evidence.of("tasks").n(1).taskIds(List.of(outcome.taskId())).build();
        SignalKind kind = outcome.failed() ? SignalKind.OBSERVED : SignalKind.INTERRUPTED;
        context.out().accept(Signal.of(kind, context.now(), context.rule(), line, evidence));
    }
}
