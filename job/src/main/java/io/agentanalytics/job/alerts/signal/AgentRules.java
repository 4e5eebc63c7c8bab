package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.TaskFact;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    private final Consumer<Signal> out;

    AgentRules(String agentId, AgentProfile profile, Consumer<Signal> out) {
        this.profile = profile;
        this.subject = Subject.agent(agentId, profile.agentType, profile.mainProvider());
        this.out = out;
    }

    /** A task ended in success or failure and is the newest of the profile. */
    void ended(TaskFact fact, AlertRule rule, RuleState state) {
        if (!rule.matches(subject.agentId(), subject.agentType(), subject.provider())) {
            // It may have matched before.
            quiet(fact.timeMillis(), rule, state);
            return;
        }
        switch (rule.type()) {
            case HIGH_ERROR_RATE -> errors(fact, rule, state);
            case HIGH_RESPONSE_TIME -> slow(fact, rule, state);
            case COST_SPIKE -> cost(fact, rule, state);
            case REPEATED_COST_SPIKES -> costOutlier(fact, rule, state);
            case TOKEN_SPIKE -> tokens(fact, rule, state);
            case RUNAWAY_AGENT -> line(fact, rule);
            case PERFORMANCE_IMPROVEMENT -> improvement(fact, rule, state);
            default -> throw new IllegalArgumentException("not about agents: " + rule.type());
        }
    }

    private void errors(TaskFact fact, AlertRule rule, RuleState state) {
        ErrorRate errors = state.errors == null ? new ErrorRate() : state.errors;
        state.errors = errors;
        Level before = errors.level;
        Level now = errors.feed(profile.recent, rule);
        Subject whose =
                Subject.agent(
                        subject.agentId(),
                        subject.agentType(),
                        profile.recent.providerOfFailures());
        Signals.moved(
                before,
                now,
                fact.timeMillis(),
                rule,
                whose,
                () -> errors.evidence(profile.recent, rule),
                out);
    }

    private void slow(TaskFact fact, AlertRule rule, RuleState state) {
        SlowShare slow = state.slow == null ? new SlowShare() : state.slow;
        state.slow = slow;
        if (fact.durationMillis() >= 0) {
            slow.learn(profile.recent.tasks.get(profile.recent.tasks.size() - 1), rule);
            look(fact.timeMillis(), rule, slow);
        }
    }

    /** Looks again, since running tasks have grown older or old ones left the window. */
    void look(long now, AlertRule rule, SlowShare slow) {
        Level before = slow.level;
        long running = profile.runningLongerThan(slow.limitMillis(rule), now);
        Level level = slow.look(profile.recent, running, now, rule);
        moved(before, level, now, rule, () -> slow.evidence(profile.recent, running, now, rule));
    }

    private void cost(TaskFact fact, AlertRule rule, RuleState state) {
        if (fact.costNanos() < 0) {
            return;
        }
        CostShift cost = state.cost == null ? new CostShift() : state.cost;
        state.cost = cost;
        Level before = cost.level;
        Level now = cost.feed(profile.recent, rule);
        moved(before, now, fact.timeMillis(), rule, () -> cost.evidence(profile.recent, rule));
        if (isOverLimit(fact, rule)) {
            out.accept(overLimit(Signal.Kind.HAPPENED, fact, rule));
        }
    }

    static boolean isOverLimit(TaskFact fact, AlertRule rule) {
        return fact.costNanos() > rule.get("task_limit_usd") * CostShift.NANOS_PER_USD;
    }

    /** A single task that costs more than any may. */
    Signal overLimit(Signal.Kind kind, TaskFact fact, AlertRule rule) {
        Evidence evidence =
                new Evidence(
                        "usd",
                        fact.costNanos() / CostShift.NANOS_PER_USD,
                        rule.get("task_limit_usd"),
                        null,
                        null,
                        1,
                        0,
                        List.of(fact.taskId()));
        return Signal.of(kind, fact.timeMillis(), rule, subject, evidence).at(Severity.CRITICAL);
    }

    private void costOutlier(TaskFact fact, AlertRule rule, RuleState state) {
        if (fact.costNanos() < 0) {
            return;
        }
        Outlier outlier = outlier(state);
        double least = rule.get("min_more_usd") * CostShift.NANOS_PER_USD;
        if (outlier.feed(fact.costNanos(), rule) && fact.costNanos() - outlier.usual() >= least) {
            double usd = outlier.usual() / CostShift.NANOS_PER_USD;
            Evidence evidence =
                    new Evidence(
                            "usd",
                            fact.costNanos() / CostShift.NANOS_PER_USD,
                            usd * rule.get("ratio"),
                            usd,
                            null,
                            1,
                            0,
                            List.of(fact.taskId()));
            out.accept(Signal.of(Signal.Kind.NOTED, fact.timeMillis(), rule, subject, evidence));
        }
    }

    private void tokens(TaskFact fact, AlertRule rule, RuleState state) {
        if (fact.tokens() < 0) {
            return;
        }
        Outlier outlier = outlier(state);
        if (outlier.feed(fact.tokens(), rule) && fact.tokens() > rule.get("tokens")) {
            Evidence evidence =
                    new Evidence(
                            "tokens",
                            (double) fact.tokens(),
                            Math.max(rule.get("tokens"), outlier.usual() * rule.get("ratio")),
                            outlier.usual(),
                            null,
                            1,
                            0,
                            List.of(fact.taskId()));
            out.accept(Signal.of(Signal.Kind.HAPPENED, fact.timeMillis(), rule, subject, evidence));
        }
    }

    private static Outlier outlier(RuleState state) {
        Outlier outlier = state.outlier == null ? new Outlier() : state.outlier;
        state.outlier = outlier;
        return outlier;
    }

    /** Failures in a line of tasks, and what breaks a run of them; a task alone is no line. */
    private void line(TaskFact fact, AlertRule rule) {
        if (fact.rootTaskId().equals(fact.taskId())) {
            return;
        }
        Evidence evidence =
                new Evidence(
                        "tasks",
                        fact.failed() ? 1.0 : 0.0,
                        null,
                        null,
                        null,
                        1,
                        0,
                        List.of(fact.taskId()));
        Subject line =
                new Subject(
                        Subject.TASK_LINE,
                        fact.rootTaskId(),
                        subject.agentId(),
                        subject.agentType(),
                        subject.provider());
        out.accept(Signal.of(Signal.Kind.NOTED, fact.timeMillis(), rule, line, evidence));
    }

    private void improvement(TaskFact fact, AlertRule rule, RuleState state) {
        Improvement improvement = state.improvement == null ? new Improvement() : state.improvement;
        state.improvement = improvement;
        Level before = improvement.level;
        Level now = improvement.feed(fact, rule);
        moved(before, now, fact.timeMillis(), rule, () -> improvement.evidence(profile.recent));
    }

    /** The agent has done nothing for so long that nothing it did counts any more. */
    void quiet(long now, AlertRule rule, RuleState state) {
        if (state.errors != null) {
            moved(state.errors.level, Level.CLEARED, now, rule, () -> Evidence.NONE);
            state.errors.level = Level.CLEARED;
            state.errors.cusum = 0;
        }
        if (state.cost != null) {
            moved(state.cost.level, Level.CLEARED, now, rule, () -> Evidence.NONE);
            state.cost.level = Level.CLEARED;
            state.cost.cusum = 0;
        }
        if (state.slow != null) {
            moved(state.slow.level, Level.CLEARED, now, rule, () -> Evidence.NONE);
            state.slow.level = Level.CLEARED;
            state.slow.cusum = 0;
        }
        if (state.improvement != null) {
            moved(state.improvement.level, Level.CLEARED, now, rule, () -> Evidence.NONE);
            state.improvement.level = Level.CLEARED;
        }
    }

    private void moved(
            Level before, Level now, long timeMillis, AlertRule rule, Supplier<Evidence> evidence) {
        Signals.moved(before, now, timeMillis, rule, subject, evidence, out);
    }
}
