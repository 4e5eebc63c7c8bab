package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Emits each single task above the cost limit of a task, once. */
record CostLimit(RuleState state) implements TaskCheck {
    @Override
    public void ended(TaskOutcome outcome, AgentContext context) {
        if (isAbove(outcome, context.rule()) && state.isNewAboveLimit(outcome.taskId())) {
            context.out().accept(signal(SignalKind.HAPPENED, outcome, context));
        }
    }

    @Override
    public void amended(
            TaskOutcome outcome, RecentTasks.@Nullable RecentTask before, AgentContext context) {
        ended(outcome, context);
    }

    static boolean isAbove(TaskOutcome outcome, AlertRule rule) {
        return outcome.costNanos() > rule.get(RuleParameter.TASK_LIMIT_USD) * NanoDollars.PER_USD;
    }

    static Signal signal(SignalKind kind, TaskOutcome outcome, AgentContext context) {
        Evidence evidence =
                Evidence.of("usd")
                        .value(outcome.costNanos() / NanoDollars.PER_USD)
                        .threshold(context.rule().get(RuleParameter.TASK_LIMIT_USD))
                        .n(1)
                        .taskIds(List.of(outcome.taskId()))
                        .build();
        return context.signal(kind, evidence).at(Severity.CRITICAL);
    }
}
