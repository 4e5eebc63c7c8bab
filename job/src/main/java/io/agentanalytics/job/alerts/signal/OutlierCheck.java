package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.EvidenceBuilder;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Emits single tasks whose value is far above the agent's usual one. */
abstract class OutlierCheck implements TaskCheck {
    private final Supplier<Outlier> outlier;

    /**
     * @param outlier outlier of the state, created on first use
     */
    OutlierCheck(Supplier<Outlier> outlier) {
        this.outlier = outlier;
    }

    /** Returns the value of a task; negative if it is unknown. */
    abstract long value(TaskOutcome outcome);

    abstract long value(RecentTasks.RecentTask task);

    /** Emits an outlier, unless it is too small to matter. */
    abstract void emit(TaskOutcome outcome, double usual, AgentContext context);

    static void send(
            SignalKind kind, EvidenceBuilder evidence, TaskOutcome outcome, AgentContext context) {
        Evidence ofTask = evidence.n(1).taskIds(List.of(outcome.taskId())).build();
        context.out().accept(context.signal(kind, context.withMove(ofTask)));
    }

    @Override
    public void ended(TaskOutcome outcome, AgentContext context) {
        long value = value(outcome);
        if (value >= 0 && outlier.get().feed(value, context.rule())) {
            emit(outcome, outlier.get().usual(), context);
        }
    }

    @Override
    public void amended(
            TaskOutcome outcome, RecentTasks.@Nullable RecentTask before, AgentContext context) {
        if (before == null) {
            return;
        }
        long was = value(before);
        long value = value(outcome);
        if (was < 0) {
            ended(outcome, context);
        } else if (value >= 0 && value != was && outlier.get().amend(was, value, context.rule())) {
            emit(outcome, outlier.get().usual(), context);
        }
    }

    /** Tasks that cost far more than usual; each is an observation for a pattern. */
    static final class OfCost extends OutlierCheck {
        OfCost(Supplier<Outlier> outlier) {
            super(outlier);
        }

        @Override
        long value(TaskOutcome outcome) {
            return outcome.costNanos();
        }

        @Override
        long value(RecentTasks.RecentTask task) {
            return task.costNanos();
        }

        @Override
        void emit(TaskOutcome outcome, double usualNanos, AgentContext context) {
            AlertRule rule = context.rule();
            double least = rule.get(RuleParameter.MIN_MORE_USD) * NanoDollars.PER_USD;
            if (outcome.costNanos() - usualNanos < least) {
                return;
            }
            double usd = usualNanos / NanoDollars.PER_USD;
            EvidenceBuilder evidence =
                    Evidence.of("usd")
                            .value(outcome.costNanos() / NanoDollars.PER_USD)
                            .threshold(usd * rule.get(RuleParameter.RATIO))
                            .baseline(usd);
            send(SignalKind.OBSERVED, evidence, outcome, context);
        }
    }

    /** Tasks that use far more tokens than usual. */
    static final class OfTokens extends OutlierCheck {
        OfTokens(Supplier<Outlier> outlier) {
            super(outlier);
        }

        @Override
        long value(TaskOutcome outcome) {
            return outcome.tokens();
        }

        @Override
        long value(RecentTasks.RecentTask task) {
            return task.tokens();
        }

        @Override
        void emit(TaskOutcome outcome, double usual, AgentContext context) {
            AlertRule rule = context.rule();
            double least = rule.get(RuleParameter.TOKENS);
            if (outcome.tokens() <= least) {
                return;
            }
            EvidenceBuilder evidence =
                    Evidence.of("tokens")
                            .value((double) outcome.tokens())
                            .threshold(Math.max(least, usual * rule.get(RuleParameter.RATIO)))
                            .baseline(usual);
            send(SignalKind.HAPPENED, evidence, outcome, context);
        }
    }
}
