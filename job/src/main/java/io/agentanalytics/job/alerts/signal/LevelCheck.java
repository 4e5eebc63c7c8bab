package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.job.model.TaskOutcome;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Emits the transitions of a detector.
 *
 * @param detector detector of the state, created on first use
 */
record LevelCheck(Supplier<? extends Detector> detector, Measuring measuring) implements TaskCheck {
    @Override
    public void ended(TaskOutcome outcome, AgentContext context) {
        observe(context, found -> found.ended(outcome, context));
    }

    @Override
    public void amended(
            TaskOutcome outcome, RecentTasks.@Nullable RecentTask before, AgentContext context) {
        if (before != null) {
            observe(context, found -> found.amended(outcome, before, context));
        }
    }

    @Override
    public void reevaluate(AgentContext context) {
        observe(context, found -> found.reevaluate(context));
    }

    private void observe(AgentContext context, Predicate<Detector> step) {
        Detector found = detector.get();
        ConditionLevel before = found.level();
        if (step.test(found)) {
            new Signals(context.now(), context.rule(), found.subject(context), context.out())
                    .moved(before, found.level(), measuring, () -> found.evidence(context));
        }
    }
}
