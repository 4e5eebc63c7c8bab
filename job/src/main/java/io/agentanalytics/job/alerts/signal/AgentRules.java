package io.agentanalytics.job.alerts.signal;

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

/** Applies one rule to what is known of one agent, and tells the transitions. */
final class AgentRules {
    /** The types that look at the endings of an agent's tasks. */
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
     * @param now the event time reached: that of the fact, or later if the fact came too late for
     *     its turn
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

    /** A task ended in success or failure and is the newest of the profile. */
    void ended(TaskOutcome fact, AlertRule rule, RuleState state) {
        if (!matches(rule)) {
            // It may have matched before.
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
     * More has become known of a task that was counted before: what it cost and how many tokens it
     * used. The rest is the ending's own.
     *
     * @param before what was known of it; null if it is none of the last tasks, or does not count
     *     among them: then it is only compared with the limit
     */
    void amended(
            TaskOutcome fact, RecentTasks.@Nullable Task before, AlertRule rule, RuleState state) {
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

    /** Looks again, since time has passed. */
    void look(AlertRule rule, RuleState state) {
        observe(rule, state, Detector::lookAgain);
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
            TaskOutcome fact, RecentTasks.Task before, AlertRule rule, RuleState state) {
        if (before.costNanos() < 0) {
            costOutlier(fact, rule, state);
        } else if (isNewOutlier(before.costNanos(), fact.costNanos(), rule, state)) {
            noteCost(fact, rule, state.outlier().usual());
        }
    }

    private void amendedTokens(
            TaskOutcome fact, RecentTasks.Task before, AlertRule rule, RuleState state) {
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
            out.accept(overLimit(Signal.Kind.HAPPENED, fact, rule));
        }
    }

    static boolean isOverLimit(TaskOutcome fact, AlertRule rule) {
        return fact.costNanos() > rule.get(RuleParameter.TASK_LIMIT_USD) * CostShift.NANOS_PER_USD;
    }

    /** A single task that costs more than any may. */
    Signal overLimit(Signal.Kind kind, TaskOutcome fact, AlertRule rule) {
        Evidence evidence =
                Evidence.of("usd")
                        .value(fact.costNanos() / CostShift.NANOS_PER_USD)
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
        double least = rule.get(RuleParameter.MIN_MORE_USD) * CostShift.NANOS_PER_USD;
        if (fact.costNanos() - usualNanos < least) {
            return;
        }
        double usd = usualNanos / CostShift.NANOS_PER_USD;
        Evidence evidence =
                Evidence.of("usd")
                        .value(fact.costNanos() / CostShift.NANOS_PER_USD)
                        .threshold(usd * rule.get(RuleParameter.RATIO))
                        .baseline(usd)
                        .n(1)
                        .taskIds(List.of(fact.taskId()))
                        .build();
        out.accept(Signal.of(Signal.Kind.OBSERVED, now, rule, subject, moved(rule, evidence)));
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
        out.accept(Signal.of(Signal.Kind.HAPPENED, now, rule, subject, moved(rule, evidence)));
    }

    /** Failures in a line of tasks, and what breaks a run of them; a task alone is no line. */
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
        Signal.Kind kind = fact.failed() ? Signal.Kind.OBSERVED : Signal.Kind.INTERRUPTED;
        out.accept(Signal.of(kind, now, rule, line, evidence));
    }

    /** The agent has done nothing for so long that nothing it did counts any more. */
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
