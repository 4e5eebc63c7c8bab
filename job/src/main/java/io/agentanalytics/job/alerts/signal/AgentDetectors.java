package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.TaskOutcome;
import java.util.ArrayList;
import java.util.Comparator;
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
 * The rules about one agent. Facts wait until event time has reached them and are then taken in
 * order, so that alerts are the same for every order of arrival; what comes later corrects them.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class AgentDetectors extends RuledFunction.Watch<TaskOutcome> {
    private static final long serialVersionUID = 1L;
    private static final long QUIET_MILLIS = 30 * 60_000;
    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;
    private static final long KEEP_MILLIS = 48 * 3_600_000;
    private static final int KNOWN_FROM = 30;
    private static final long CAPPED_EVERY_MILLIS = 300_000;

    private static final Comparator<TaskOutcome> ORDER =
            Comparator.comparing(TaskOutcome::kind)
                    .thenComparing(TaskOutcome::taskId)
                    .thenComparingLong(TaskOutcome::version);

    private transient MapState<Long, List<TaskOutcome>> waiting;
    private transient ValueState<AgentProfile> profiles;
    private transient MapState<String, RuleState> states;

    public AgentDetectors(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "waiting",
                                        Types.LONG,
                                        Types.LIST(TypeInformation.of(TaskOutcome.class))));
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
    public void processElement(TaskOutcome fact, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long reached = context.timerService().currentWatermark();
        boolean late = fact.timeMillis() <= reached;
        // When its turn is over, it is taken as soon as it can be.
        long turn = late ? reached + 1 : fact.timeMillis();
        if (fact.kind() != TaskOutcome.Kind.STARTED) {
            early(fact, turn, context, out);
        }
        List<TaskOutcome> facts = waiting.get(turn);
        if (facts == null) {
            facts = new ArrayList<>();
            context.timerService().registerEventTimeTimer(turn);
        }
        if (late) {
            facts.add(fact);
        } else {
            replace(facts, fact);
        }
        waiting.put(turn, facts);
    }

    /** An ending that is taken back leaves a mark: it was not counted. */
    private static void replace(List<TaskOutcome> facts, TaskOutcome fact) {
        boolean known = false;
        if (fact.kind() != TaskOutcome.Kind.STARTED) {
            known =
                    facts.removeIf(
                            f ->
                                    f.kind() != TaskOutcome.Kind.STARTED
                                            && f.taskId().equals(fact.taskId()));
        }
        if (known || fact.kind() != TaskOutcome.Kind.RETRACTED) {
            facts.add(fact);
        }
    }

    /**
     * The turn of a fact is over. An ending that was counted must not count again, but what is
     * known of it now corrects what was known before.
     */
    private void late(
            TaskOutcome fact,
            long now,
            AgentProfile profile,
            ReadOnlyContext context,
            Collector<Signal> out)
            throws Exception {
        boolean isNew =
                switch (fact.kind()) {
                    case STARTED -> fact.version() == 0; // else its ending came before it
                    case ENDED -> true;
                    case AMENDED -> wasTakenBack(fact.taskId());
                    default -> false;
                };
        if (isNew) {
            take(fact, now, profile, context, out);
        } else if (fact.kind() == TaskOutcome.Kind.AMENDED) {
            amend(fact, now, profile, context, out);
        }
    }

    /** Whether the task had a later ending whose turn has not come; its mark is used up. */
    private boolean wasTakenBack(String taskId) throws Exception {
        for (Map.Entry<Long, List<TaskOutcome>> turn : waiting.entries()) {
            List<TaskOutcome> facts = turn.getValue();
            if (facts.removeIf(
                    f -> f.kind() == TaskOutcome.Kind.RETRACTED && f.taskId().equals(taskId))) {
                waiting.put(turn.getKey(), facts);
                return true;
            }
        }
        return false;
    }

    private void amend(
            TaskOutcome fact,
            long now,
            AgentProfile profile,
            ReadOnlyContext context,
            Collector<Signal> out)
            throws Exception {
        remind(now, profile, context);
        RecentTasks.Task before = profile.amended(fact);
        AgentRules rules = rules(profile, now, context, out);
        apply(context, now, (rule, state) -> rules.amended(fact, before, rule, state));
    }

    /** Says at once what will be said in the fact's turn. */
    private void early(TaskOutcome fact, long turn, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        if (fact.agentId().equals(TaskOutcome.OVERFLOW_AGENT)) {
            return;
        }
        for (AlertRule rule : rules(context, AlertType.COST_SPIKE, fact.timeMillis())) {
            if (AgentRules.isOverLimit(fact, rule)
                    && rule.matches(fact.agentId(), fact.agentType(), fact.provider())
                    && !isCounted(fact, rule)) {
                AgentRules rules = rules(profileOf(fact), turn, context, out);
                out.collect(rules.overLimit(Signal.Kind.EARLY, fact, rule));
            }
        }
    }

    private AgentProfile profileOf(TaskOutcome fact) throws Exception {
        AgentProfile profile = profiles.value();
        if (profile == null) {
            profile = new AgentProfile();
            profile.agentType = fact.agentType();
        }
        return profile;
    }

    private boolean isCounted(TaskOutcome fact, AlertRule rule) throws Exception {
        RuleState state = states.get(rule.ruleId());
        return state != null && state.aboveLimit.contains(fact.taskId());
    }

    private static AgentRules rules(
            AgentProfile profile, long now, ReadOnlyContext context, Collector<Signal> out) {
        return new AgentRules(context.getCurrentKey(), profile, now, out::collect);
    }

    private interface Step {
        void of(AlertRule rule, RuleState state);
    }

    /** All rules about agents with what each remembers of this one. */
    private void apply(ReadOnlyContext context, long now, Step step) throws Exception {
        for (AlertType type : AgentRules.TYPES) {
            for (AlertRule rule : rules(context, type, now)) {
                RuleState state = states.get(rule.ruleId());
                RuleState known = state == null ? new RuleState() : state;
                step.of(rule, known);
                states.put(rule.ruleId(), known);
            }
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        AgentProfile profile = profiles.value();
        List<TaskOutcome> facts = waiting.get(time);
        if (facts != null) {
            waiting.remove(time);
            facts.removeIf(fact -> fact.kind() == TaskOutcome.Kind.RETRACTED);
        }
        if (facts != null && !facts.isEmpty()) {
            profile = profileOf(facts.get(0));
            facts.sort(ORDER);
            for (TaskOutcome fact : facts) {
                if (fact.timeMillis() < time) {
                    late(fact, time, profile, context, out);
                } else {
                    take(fact, time, profile, context, out);
                }
            }
            profiles.update(profile);
        }
        if (profile != null) {
            revisit(time, profile, context, out);
        }
    }

    private void take(
            TaskOutcome fact,
            long now,
            AgentProfile profile,
            ReadOnlyContext context,
            Collector<Signal> out)
            throws Exception {
        remind(now, profile, context);
        if (fact.kind() == TaskOutcome.Kind.STARTED) {
            profile.started(fact);
            lookLater(fact, context);
            return;
        }
        profile.ended(fact);
        if (fact.agentId().equals(TaskOutcome.OVERFLOW_AGENT)) {
            capped(now, profile, context, out);
            return;
        }
        AgentRules rules = rules(profile, now, context, out);
        if (fact.succeeded() || fact.failed()) {
            apply(context, now, (rule, state) -> rules.ended(fact, rule, state));
        } else {
            apply(context, now, (rule, state) -> rules.amended(fact, null, rule, state));
        }
    }

    /** Agents beyond the cap share a name: nothing can be said of them but that they are there. */
    private void capped(
            long now, AgentProfile profile, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        if (now - profile.cappedMillis >= CAPPED_EVERY_MILLIS) {
            profile.cappedMillis = now;
            for (AlertRule rule : rules(context, AlertType.AGENTS_CAPPED, now)) {
                out.collect(
                        Signal.of(Signal.Kind.HAPPENED, now, rule, Subject.FLEET, Evidence.NONE));
            }
        }
    }

    /** One timer for the quiet and the forgetting, moved on when it fires too early. */
    private static void remind(long now, AgentProfile profile, ReadOnlyContext context) {
        if (profile.lastMillis == Long.MIN_VALUE) {
            profile.nextVisit = now + QUIET_MILLIS;
            context.timerService().registerEventTimeTimer(profile.nextVisit);
        }
        profile.lastMillis = now;
    }

    private void lookLater(TaskOutcome started, ReadOnlyContext context) throws Exception {
        for (AlertRule rule : rules(context, AlertType.HIGH_RESPONSE_TIME, started.timeMillis())) {
            RuleState state = states.get(rule.ruleId());
            SlowShare slow = state == null || state.slow == null ? new SlowShare() : state.slow;
            context.timerService()
                    .registerEventTimeTimer(started.timeMillis() + slow.limitMillis(rule) + 1);
        }
    }

    private void revisit(
            long now, AgentProfile profile, OnTimerContext context, Collector<Signal> out)
            throws Exception {
        AgentRules rules = rules(profile, now, context, out);
        for (AlertRule rule : rules(context, AlertType.HIGH_RESPONSE_TIME, now)) {
            RuleState state = states.get(rule.ruleId());
            if (state != null && state.slow != null) {
                rules.look(rule, state);
                states.put(rule.ruleId(), state);
            }
        }
        if (now < profile.nextVisit) {
            return;
        }
        long silent = now - profile.lastMillis;
        long keep = profile.tasks < KNOWN_FROM ? KEEP_NEW_MILLIS : KEEP_MILLIS;
        if (silent >= QUIET_MILLIS) {
            quiet(now, rules, context);
        }
        if (silent >= keep) {
            profiles.clear();
            states.clear();
        } else {
            profile.nextVisit = profile.lastMillis + (silent < QUIET_MILLIS ? QUIET_MILLIS : keep);
            context.timerService().registerEventTimeTimer(profile.nextVisit);
            profiles.update(profile);
        }
    }

    private void quiet(long now, AgentRules rules, OnTimerContext context) throws Exception {
        for (AlertType type : AgentRules.TYPES) {
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
