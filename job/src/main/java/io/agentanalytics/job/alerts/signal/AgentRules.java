package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.model.TaskFact;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
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
    void ended(TaskFact fact, AlertRule rule, RuleState state) {
        if (!matches(rule)) {
            // It may have matched before.
            quiet(rule, state);
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

    /**
     * More has become known of a task that was counted before: what it cost and how many tokens it
     * used. The rest is the ending's own.
     *
     * @param before what was known of it; null if it is none of the last tasks, or does not count
     *     among them: then it is only compared with the limit
     */
    void amended(
            TaskFact fact, RecentTasks.@Nullable Task before, AlertRule rule, RuleState state) {
        if (!matches(rule)) {
            return;
        }
        switch (rule.type()) {
            case COST_SPIKE -> amendedCost(fact, before, rule, state);
            case REPEATED_COST_SPIKES -> {
                if (before != null && before.costNanos() < 0) {
                    costOutlier(fact, rule, state);
                } else if (before != null
                        && isNewOutlier(before.costNanos(), fact.costNanos(), rule, state)) {
                    noteCost(fact, rule, outlier(state).usual());
                }
            }
            case TOKEN_SPIKE -> {
                if (before != null && before.tokens() < 0) {
                    tokens(fact, rule, state);
                } else if (before != null
                        && isNewOutlier(before.tokens(), fact.tokens(), rule, state)) {
                    manyTokens(fact, rule, outlier(state).usual());
                }
            }
            default -> {}
        }
    }

    private static boolean isNewOutlier(long before, long after, AlertRule rule, RuleState state) {
        return after >= 0 && after != before && outlier(state).amend(before, after, rule);
    }

    private void errors(TaskFact fact, AlertRule rule, RuleState state) {
        ErrorRate errors = state.errors == null ? new ErrorRate() : state.errors;
        state.errors = errors;
        Level before = errors.level;
        Level level = errors.feed(profile.recent, rule);
        Subject whose =
                Subject.agent(
                        subject.agentId(),
                        subject.agentType(),
                        profile.recent.providerOfFailures());
        moved(before, level, rule, state, whose, () -> errors.evidence(profile.recent, rule));
    }

    private void slow(TaskFact fact, AlertRule rule, RuleState state) {
        SlowShare slow = state.slow == null ? new SlowShare() : state.slow;
        state.slow = slow;
        if (fact.durationMillis() >= 0) {
            slow.learn(profile.recent.tasks.get(profile.recent.tasks.size() - 1), rule);
            look(rule, state, slow);
        }
    }

    /** Looks again, since running tasks have grown older or old ones left the window. */
    void look(AlertRule rule, RuleState state, SlowShare slow) {
        Level before = slow.level;
        long running = profile.runningLongerThan(slow.limitMillis(rule), now);
        Level level = slow.look(profile.recent, running, now, rule);
        moved(
                before,
                level,
                rule,
                state,
                subject,
                () -> moved(slow.evidence(profile.recent, running, now, rule)));
    }

    private void cost(TaskFact fact, AlertRule rule, RuleState state) {
        if (fact.costNanos() < 0) {
            return;
        }
        CostShift cost = costOf(state);
        Level before = cost.level;
        Level level = cost.feed(fact.taskId(), fact.costNanos(), profile.recent, rule);
        moved(before, level, rule, state, subject, () -> moved(cost.evidence(rule)));
        overLimit(fact, rule, state);
    }

    private void amendedCost(
            TaskFact fact, RecentTasks.@Nullable Task known, AlertRule rule, RuleState state) {
        if (known != null && known.costNanos() < 0) {
            cost(fact, rule, state);
            return;
        }
        if (known != null && fact.costNanos() >= 0 && known.costNanos() != fact.costNanos()) {
            CostShift cost = costOf(state);
            Level before = cost.level;
            Level level =
                    cost.amend(
                            fact.taskId(),
                            known.costNanos(),
                            fact.costNanos(),
                            profile.recent,
                            rule);
            moved(before, level, rule, state, subject, () -> moved(cost.evidence(rule)));
        }
        overLimit(fact, rule, state);
    }

    private static CostShift costOf(RuleState state) {
        CostShift cost = state.cost == null ? new CostShift() : state.cost;
        state.cost = cost;
        return cost;
    }

    private void overLimit(TaskFact fact, AlertRule rule, RuleState state) {
        if (isOverLimit(fact, rule) && state.isNewAboveLimit(fact.taskId())) {
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
        return Signal.of(kind, now, rule, subject, evidence).at(Severity.CRITICAL);
    }

    private void costOutlier(TaskFact fact, AlertRule rule, RuleState state) {
        if (fact.costNanos() >= 0 && outlier(state).feed(fact.costNanos(), rule)) {
            noteCost(fact, rule, outlier(state).usual());
        }
    }

    private void noteCost(TaskFact fact, AlertRule rule, double usualNanos) {
        double least = rule.get("min_more_usd") * CostShift.NANOS_PER_USD;
        if (fact.costNanos() - usualNanos < least) {
            return;
        }
        double usd = usualNanos / CostShift.NANOS_PER_USD;
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
        out.accept(Signal.of(Signal.Kind.NOTED, now, rule, subject, moved(evidence)));
    }

    private void tokens(TaskFact fact, AlertRule rule, RuleState state) {
        if (fact.tokens() >= 0 && outlier(state).feed(fact.tokens(), rule)) {
            manyTokens(fact, rule, outlier(state).usual());
        }
    }

    private void manyTokens(TaskFact fact, AlertRule rule, double usual) {
        if (fact.tokens() <= rule.get("tokens")) {
            return;
        }
        Evidence evidence =
                new Evidence(
                        "tokens",
                        (double) fact.tokens(),
                        Math.max(rule.get("tokens"), usual * rule.get("ratio")),
                        usual,
                        null,
                        1,
                        0,
                        List.of(fact.taskId()));
        out.accept(Signal.of(Signal.Kind.HAPPENED, now, rule, subject, moved(evidence)));
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
        out.accept(Signal.of(Signal.Kind.NOTED, now, rule, line, evidence));
    }

    private void improvement(TaskFact fact, AlertRule rule, RuleState state) {
        Improvement improvement = state.improvement == null ? new Improvement() : state.improvement;
        state.improvement = improvement;
        Level before = improvement.level;
        Level level = improvement.feed(fact, rule);
        moved(before, level, rule, state, subject, () -> improvement.evidence(profile.recent));
    }

    /** The agent has done nothing for so long that nothing it did counts any more. */
    void quiet(AlertRule rule, RuleState state) {
        if (state.errors != null) {
            cleared(state.errors.level, rule, state);
            state.errors.level = Level.CLEARED;
            state.errors.cusum = 0;
        }
        if (state.cost != null) {
            cleared(state.cost.level, rule, state);
            state.cost.level = Level.CLEARED;
            state.cost.cusum = 0;
        }
        if (state.slow != null) {
            cleared(state.slow.level, rule, state);
            state.slow.level = Level.CLEARED;
            state.slow.cusum = 0;
        }
        if (state.improvement != null) {
            cleared(state.improvement.level, rule, state);
            state.improvement.level = Level.CLEARED;
        }
    }

    private void cleared(Level before, AlertRule rule, RuleState state) {
        if (before != Level.CLEARED) {
            moved(before, Level.CLEARED, rule, state, subject, () -> Evidence.NONE);
        }
    }

    /** Says so if another provider than the usual one serves the agent's tasks now. */
    private Evidence moved(Evidence evidence) {
        String lately = profile.recent.mainProvider();
        boolean moved = !lately.isEmpty() && !subject.provider().isEmpty();
        return moved && !lately.equals(subject.provider())
                ? evidence.moved(subject.provider(), lately)
                : evidence;
    }

    private void moved(
            Level before,
            Level level,
            AlertRule rule,
            RuleState state,
            Subject whose,
            Supplier<Evidence> evidence) {
        Signals.moved(before, level, now, rule, whose, evidence, state.measuring, out);
    }
}
