package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.state.EventTimeBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules about one agent. Task outcomes are buffered until the watermark has reached
 * them and are applied in event-time order, so that alerts are the same for every order of arrival.
 * Late outcomes correct earlier ones.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class AgentDetectors extends RuledFunction<TaskOutcome> {
    private static final long serialVersionUID = 1L;
    private static final long INACTIVE_MILLIS = 30 * 60_000;
    private static final long CAPPED_EVERY_MILLIS = 300_000;

    private transient EventTimeBuffer<List<TaskOutcome>> waiting;
    private transient ValueState<AgentProfile> profiles;
    private transient MapState<String, RuleState> states;

    public AgentDetectors(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                EventTimeBuffer.of(
                        getRuntimeContext(), Types.LIST(TypeInformation.of(TaskOutcome.class)));
        profiles =
                getRuntimeContext()
                        .getState(new ValueStateDescriptor<>("profile", AgentProfile.class));
        states =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "rules",
                                        Types.STRING,
                                        TypeInformation.of(RuleState.class)));
    }

    @Override
    public void processElement(TaskOutcome outcome, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long reached = reached(context);
        boolean late = outcome.timeMillis() <= reached;
        // A late outcome is applied as soon as the watermark advances.
        long turn = late ? reached + 1 : outcome.timeMillis();
        if (outcome.kind() != OutcomeKind.STARTED) {
            emitEarlyNotice(outcome, turn, context, out);
        }
        waiting.add(
                turn,
                context.timerService(),
                known -> {
                    List<TaskOutcome> outcomes = known == null ? new ArrayList<>() : known;
                    if (late) {
                        outcomes.add(outcome);
                    } else {
                        WaitingOutcomes.add(outcomes, outcome);
                    }
                    return outcomes;
                });
    }

    /**
     * Removes the mark of a retraction of the task's ending; returns true if there was one, that
     * is, if a later ending was retracted before it was counted.
     */
    private boolean takeRetraction(String taskId) throws Exception {
        for (Map.Entry<Long, List<TaskOutcome>> turn : waiting.entries()) {
            List<TaskOutcome> outcomes = turn.getValue();
            if (WaitingOutcomes.removeRetraction(outcomes, taskId)) {
                waiting.put(turn.getKey(), outcomes);
                return true;
            }
        }
        return false;
    }

    /** Emits, as an early notice, the signal that follows in event-time order. */
    private void emitEarlyNotice(
            TaskOutcome outcome, long turn, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        if (outcome.agentId().equals(TaskEvent.OVERFLOW)) {
            return;
        }
        for (AlertRule rule : rules(context, AlertType.COST_SPIKE, outcome.timeMillis())) {
            if (CostLimit.isAbove(outcome, rule)
                    && rule.matches(outcome.agentId(), outcome.agentType(), outcome.provider())
                    && !isCounted(outcome, rule)) {
                AgentRules rules = rulesOf(profileOf(outcome), turn, context, out);
                out.collect(rules.earlyNotice(outcome, rule));
            }
        }
    }

    private AgentProfile profileOf(TaskOutcome outcome) throws Exception {
        AgentProfile profile = profiles.value();
        if (profile == null) {
            profile = new AgentProfile();
            profile.agentType = outcome.agentType();
        }
        return profile;
    }

    private boolean isCounted(TaskOutcome outcome, AlertRule rule) throws Exception {
        RuleState state = states.get(rule.ruleId());
        return state != null && state.aboveLimit.contains(outcome.taskId());
    }

    private static AgentRules rulesOf(
            AgentProfile profile, long now, ReadOnlyContext context, Collector<Signal> out) {
        return new AgentRules(context.getCurrentKey(), profile, now, out::collect);
    }

    private interface RuleStep {
        void of(AlertRule rule, RuleState state);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        AgentProfile profile = profiles.value();
        List<TaskOutcome> outcomes = waiting.take(time);
        if (outcomes != null) {
            WaitingOutcomes.removeRetractions(outcomes);
        }
        if (outcomes != null && !outcomes.isEmpty()) {
            outcomes.sort(WaitingOutcomes.ORDER);
            profile = profileOf(outcomes.get(0));
            Evaluation evaluation = new Evaluation(time, profile, context, out);
            for (TaskOutcome outcome : outcomes) {
                evaluation.apply(outcome);
            }
            profiles.update(profile);
        }
        if (profile != null) {
            new Evaluation(time, profile, context, out).revisit();
        }
    }

    /** Evaluation of the agent at one point in event time. */
    private final class Evaluation {
        private final long now;
        private final AgentProfile profile;
        private final ReadOnlyContext context;
        private final Collector<Signal> out;
        private final AgentRules rules;

        Evaluation(long now, AgentProfile profile, ReadOnlyContext context, Collector<Signal> out) {
            this.now = now;
            this.profile = profile;
            this.context = context;
            this.out = out;
            this.rules = rulesOf(profile, now, context, out);
        }

        void apply(TaskOutcome outcome) throws Exception {
            if (outcome.kind() == OutcomeKind.SETTLED) {
                amend(outcome);
            } else if (outcome.kind() == OutcomeKind.RELEASED) {
                scheduleVisit();
                profile.running.remove(outcome.taskId());
            } else if (outcome.timeMillis() < now) {
                applyLate(outcome);
            } else {
                accept(outcome);
            }
        }

        /**
         * Applies an outcome that arrived behind the watermark. An ending that was counted must not
         * count again, but its newer data corrects the older data.
         */
        private void applyLate(TaskOutcome outcome) throws Exception {
            boolean wasRetracted =
                    outcome.kind() == OutcomeKind.AMENDED && takeRetraction(outcome.taskId());
            if (WaitingOutcomes.isNew(outcome, wasRetracted)) {
                accept(outcome);
            } else if (outcome.kind() == OutcomeKind.AMENDED) {
                amend(outcome);
            }
        }

        private void amend(TaskOutcome outcome) throws Exception {
            if (profile.isOutcomeNew(outcome)) {
                accept(outcome);
                return;
            }
            scheduleVisit();
            if (outcome.agentId().equals(TaskEvent.OVERFLOW)) {
                return; // no rule applies to the agents that share this id
            }
            RecentTasks.RecentTask before = profile.amended(outcome);
            applyRules((rule, state) -> rules.amended(outcome, before, rule, state));
        }

        private void accept(TaskOutcome outcome) throws Exception {
            scheduleVisit();
            if (outcome.kind() == OutcomeKind.STARTED) {
                profile.started(outcome);
                reevaluateLater(outcome);
                return;
            }
            profile.ended(outcome);
            if (outcome.agentId().equals(TaskEvent.OVERFLOW)) {
                reportCap();
                return;
            }
            if (outcome.succeeded() || outcome.failed()) {
                applyRules((rule, state) -> rules.ended(outcome, rule, state));
            } else {
                applyRules((rule, state) -> rules.amended(outcome, null, rule, state));
            }
        }

        /**
         * Reports that the agent cap is reached. Agents above the cap share one id, so no other
         * rule applies to them.
         */
        private void reportCap() throws Exception {
            if (now - profile.cappedMillis >= CAPPED_EVERY_MILLIS) {
                profile.cappedMillis = now;
                for (AlertRule rule : rules(context, AlertType.AGENTS_CAPPED, now)) {
                    out.collect(
                            Signal.of(
                                    SignalKind.HAPPENED, now, rule, Subject.FLEET, Evidence.NONE));
                }
            }
        }

        /** Registers a timer for inactivity and expiry; one that fires too early is moved on. */
        private void scheduleVisit() {
            if (profile.lastMillis == Long.MIN_VALUE || profile.nextVisit > now + INACTIVE_MILLIS) {
                profile.nextVisit = now + INACTIVE_MILLIS;
                context.timerService().registerEventTimeTimer(profile.nextVisit);
            }
            profile.lastMillis = now;
        }

        private void reevaluateLater(TaskOutcome started) throws Exception {
            for (AlertRule rule :
                    rules(context, AlertType.HIGH_RESPONSE_TIME, started.timeMillis())) {
                RuleState state = states.get(rule.ruleId());
                SlowShare slow = state == null || state.slow == null ? new SlowShare() : state.slow;
                context.timerService()
                        .registerEventTimeTimer(started.timeMillis() + slow.limitMillis(rule) + 1);
            }
        }

        /** Applies a step to all rules about agents, with the state of each rule for this agent. */
        private void applyRules(RuleStep step) throws Exception {
            for (AlertType type : RuleState.types()) {
                for (AlertRule rule : rules(context, type, now)) {
                    RuleState state = states.get(rule.ruleId());
                    RuleState known = state == null ? new RuleState() : state;
                    if (history(context).wasDisabled(rule, known.evaluatedMillis, now)) {
                        // The lifecycle has ended its alerts; the condition may hold again.
                        known.detectors().forEach(Detector::forget);
                    }
                    known.evaluatedMillis = now;
                    step.of(rule, known);
                    states.put(rule.ruleId(), known);
                }
            }
        }

        void revisit() throws Exception {
            for (AlertRule rule : rules(context, AlertType.HIGH_RESPONSE_TIME, now)) {
                RuleState state = states.get(rule.ruleId());
                if (state != null && state.slow != null) {
                    rules.reevaluate(rule, state);
                    states.put(rule.ruleId(), state);
                }
            }
            if (now < profile.nextVisit) {
                return;
            }
            long silent = now - profile.lastMillis;
            long keep = AgentProfile.keepMillis(profile.tasks);
            if (silent >= INACTIVE_MILLIS) {
                evaluateInactivity(silent >= keep);
            }
            if (silent >= keep) {
                profiles.clear();
                states.clear();
            } else {
                profile.nextVisit =
                        profile.lastMillis + (silent < INACTIVE_MILLIS ? INACTIVE_MILLIS : keep);
                context.timerService().registerEventTimeTimer(profile.nextVisit);
                profiles.update(profile);
            }
        }

        /** A better performance is a matter of days; it ends only with the agent. */
        private void evaluateInactivity(boolean isGone) throws Exception {
            for (AlertType type : RuleState.types()) {
                if (type == AlertType.PERFORMANCE_IMPROVEMENT && !isGone) {
                    continue;
                }
                for (AlertRule rule : rules(context, type, now)) {
                    RuleState state = states.get(rule.ruleId());
                    if (state != null) {
                        rules.quiet(rule, state);
                        states.put(rule.ruleId(), state);
                    }
                }
            }
        }
    }
}
