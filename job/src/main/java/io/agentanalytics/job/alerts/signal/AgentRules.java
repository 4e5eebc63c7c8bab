package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Applies one rule to the state of one agent and emits the transitions. */
final class AgentRules {
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
    void ended(TaskOutcome outcome, AlertRule rule, RuleState state) {
        if (!matches(rule)) {
            // The rule may have matched before.
            quiet(rule, state);
            return;
        }
        AgentContext context = context(rule);
        state.checks(rule.type()).forEach(check -> check.ended(outcome, context));
    }

    /**
     * Applies the newer cost, token counts and success of a task that was counted before. All other
     * data of the task is final at its ending.
     *
     * @param before the task as known before; null if it is not among the recent tasks or does not
     *     count as one of them: then only its cost is compared with the limit
     */
    void amended(
            TaskOutcome outcome,
            RecentTasks.@Nullable RecentTask before,
            AlertRule rule,
            RuleState state) {
        if (matches(rule)) {
            AgentContext context = context(rule);
            state.checks(rule.type()).forEach(check -> check.amended(outcome, before, context));
        }
    }

    /** Evaluates the rule again because time has passed. */
    void reevaluate(AlertRule rule, RuleState state) {
        if (!matches(rule)) {
            quiet(rule, state);
            return;
        }
        AgentContext context = context(rule);
        state.checks(rule.type()).forEach(check -> check.reevaluate(context));
    }

    /** Returns the early notice of a task above the cost limit of a task. */
    Signal earlyNotice(TaskOutcome outcome, AlertRule rule) {
        return CostLimit.signal(SignalKind.EARLY, outcome, context(rule));
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

    private AgentContext context(AlertRule rule) {
        return new AgentContext(profile, subject, rule, now, out);
    }
}
