package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.NanoDollars;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies one rule to the state of one agent and emits the transitions. */
final class AgentRules {
    /** Alert types that are evaluated when a task of an agent ends. */
    static final List<AlertType> TYPES =
            List.of(
                    AlertType.HIGH_ERROR_RATE,
                    AlertType.HIGH_RESPONSE_TIME,
                    AlertType.COST_SPIKE,
                    AlertType.REPEATED_COST_SPIKES,
                    AlertType.TOKEN_SPIKE,
                    AlertType.RUNAWAY_AGENT,
                    AlertType.PERFORMANCE_IMPROVEMENT);

    private final AgentProfile profile;
    private final Subject subject;
    private final long now;
    private final Consumer<Signal> out;

    /**
     * @param now current event time: the time of the outcome, or a later time if the outcome is
     *     late
     */
    AgentRules(String agentId, AgentProfile profile, long now, Consumer<Signal> out) {
        this.profile = profile;
        this.subject = Subject.agent(agentId, profile.agentType, profile.mainProvider());
        this.now = now;
        this.out = out;
    }

    private boolean matches(AlertRule rule) {
        return rule.matches(subject.agentId(), subject.agentType(), subject.provider());
    }

    /** Applies a task that ended in success or failure and is the newest of the profile. */
    void ended(TaskOutcome fact, AlertRule rule, RuleState state) {
        if (!matches(rule)) {
            // The rule may have matched before.
            quiet(rule, state);
            return;
        }
        observe(rule, state, (detector, context) -> detector.ended(fact, context));
        switch (rule.type()) {
            case COST_SPIKE -> overLimit(fact, rule, state);
            case REPEATED_COST_SPIKES -> costOutlier(fact, rule, state);
            case TOKEN_SPIKE -> tokens(fact, rule, state);
            case RUNAWAY_AGENT -> line(fact, rule);
            default -> {}
        }
    }

    /**
     * Applies the newer cost, token counts and success of a task that was counted before. All other
     * data of the task is final at its ending.
     *
     * @param before the task as known before; null if it is not among the recent tasks or does not
     *     count as one of them: then only its cost is compared with the limit
     */
    void amended(
            TaskOutcome fact,
            RecentTasks.@Nullable RecentTask before,
            AlertRule rule,
            RuleState state) {
        if (!matches(rule)) {
            return;
        }
        if (before != null) {
            observe(rule, state, (detector, context) -> detector.amended(fact, before, context));
            switch (rule.type()) {
                case REPEATED_COST_SPIKES -> amendedCost(fact, before, rule, state);
                case TOKEN_SPIKE -> amendedTokens(fact, before, rule, state);
                default -> {}
            }
        }
        if (rule.type() == AlertType.COST_SPIKE) {
            overLimit(fact, rule, state);
        }
    }

    /** Evaluates the rule again because time has passed. */
    void reevaluate(AlertRule rule, RuleState state) {
        observe(rule, state, Detector::reevaluate);
    }

    private void observe(
            AlertRule rule, RuleState state, BiPredicate<Detector, AgentContext> step) {
        Detector detector = state.detector(rule.type());
        if (detector == null) {
            return;
        }
        AgentContext context = new AgentContext(profile, subject, rule, now);
        ConditionLevel before = detector.level();
        if (step.test(detector, context)) {
            new Signals(now, rule, detector.subject(context), out)
                    .moved(
                            before,
                            detector.level(),
                            state.measuring,
                            () -> detector.evidence(context));
        }
    }

    private void amendedCost(
            TaskOutcome fact, RecentTasks.RecentTask before, AlertRule rule, RuleState state) {
        if (before.costNanos() < 0) {
            costOutlier(fact, rule, state);
        } else if (isNewOutlier(before.costNanos(), fact.costNanos(), rule, state)) {
            noteCost(fact, rule, state.outlier().usual());
        }
    }

    private void amendedTokens(
            TaskOutcome fact, RecentTasks.RecentTask before, AlertRule rule, RuleState state) {
        if (before.tokens() < 0) {
            tokens(fact, rule, state);
        } else if (isNewOutlier(before.tokens(), fact.tokens(), rule, state)) {
            manyTokens(fact, rule, state.outlier().usual());
        }
    }

    private static boolean isNewOutlier(long before, long after, AlertRule rule, RuleState state) {
        return after >= 0 && after != before && state.outlier().amend(before, after, rule);
    }

    private void overLimit(TaskOutcome fact, AlertRule rule, RuleState state) {
        if (isOverLimit(fact, rule) && state.isNewAboveLimit(fact.taskId())) {
            out.accept(overLimit(SignalKind.HAPPENED, fact, rule));
        }
    }

    static boolean isOverLimit(TaskOutcome fact, AlertRule rule) {
        return fact.costNanos() > rule.get(RuleParameter.TASK_LIMIT_USD) * NanoDollars.PER_USD;
    }

    /** Returns the signal of a single task above the cost limit of a task. */
    Signal overLimit(SignalKind kind, TaskOutcome fact, AlertRule rule) {
        Evidence evidence =
                Evidence.of("usd")
                        .value(fact.costNanos() / NanoDollars.PER_USD)
                        .threshold(rule.get(RuleParameter.TASK_LIMIT_USD))
                        .n(1)
                        .taskIds(List.of(fact.taskId()))
                        .build();
        return Signal.of(kind, now, rule, subject, evidence).at(Severity.CRITICAL);
    }

    private void costOutlier(TaskOutcome fact, AlertRule rule, RuleState state) {
        if (fact.costNanos() >= 0 && state.outlier().feed(fact.costNanos(), rule)) {
            noteCost(fact, rule, state.outlier().usual());
        }
    }

    private void noteCost(TaskOutcome fact, AlertRule rule, double usualNanos) {
        double least = rule.get(RuleParameter.MIN_MORE_USD) * NanoDollars.PER_USD;
        if (fact.costNanos() - usualNanos < least) {
            return;
        }
        double usd = usualNanos / NanoDollars.PER_USD;
        Evidence evidence =
                Evidence.of("usd")
                        .value(fact.costNanos() / NanoDollars.PER_USD)
                        .threshold(usd * rule.get(RuleParameter.RATIO))
                        .baseline(usd)
                        .n(1)
                        .taskIds(List.of(fact.taskId()))
                        .build();
        out.accept(Signal.of(SignalKind.OBSERVED, now, rule, subject, moved(rule, evidence)));
    }

    private void tokens(TaskOutcome fact, AlertRule rule, RuleState state) {
        if (fact.tokens() >= 0 && state.outlier().feed(fact.tokens(), rule)) {
            manyTokens(fact, rule, state.outlier().usual());
        }
    }

    private void manyTokens(TaskOutcome fact, AlertRule rule, double usual) {
        if (fact.tokens() <= rule.get(RuleParameter.TOKENS)) {
            return;
        }
        Evidence evidence =
                Evidence.of("tokens")
                        .value((double) fact.tokens())
                        .threshold(
                                Math.max(
                                        rule.get(RuleParameter.TOKENS),
                                        usual * rule.get(RuleParameter.RATIO)))
                        .baseline(usual)
                        .n(1)
                        .taskIds(List.of(fact.taskId()))
                        .build();
        out.accept(Signal.of(SignalKind.HAPPENED, now, rule, subject, moved(rule, evidence)));
    }

    /**
     * Emits the failures in a task line and the tasks that interrupt a run of failures. A task that
     * is its own root is not a line.
     */
    private void line(TaskOutcome fact, AlertRule rule) {
        if (fact.rootTaskId().equals(fact.taskId())) {
            return;
        }
        Evidence evidence = Evidence.of("tasks").n(1).taskIds(List.of(fact.taskId())).build();
        Subject line =
                new Subject(
                        AlertScope.TASK_LINE,
                        fact.rootTaskId(),
                        subject.agentId(),
                        subject.agentType(),
                        subject.provider());
        SignalKind kind = fact.failed() ? SignalKind.OBSERVED : SignalKind.INTERRUPTED;
        out.accept(Signal.of(kind, now, rule, line, evidence));
    }

    /**
     * Clears the rule after a long inactivity of the agent, when its past tasks no longer count.
     */
    void quiet(AlertRule rule, RuleState state) {
        for (Detector detector : state.detectors()) {
            if (detector.level() != ConditionLevel.CLEARED) {
                new Signals(now, rule, subject, out)
                        .moved(
                                detector.level(),
                                ConditionLevel.CLEARED,
                                state.measuring,
                                () -> Evidence.NONE);
            }
            detector.forget();
        }
    }

    private Evidence moved(AlertRule rule, Evidence evidence) {
        return new AgentContext(profile, subject, rule, now).withMove(evidence);
    }
}
