package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.TaskFact;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
 * order, so that alerts are the same for every order of arrival.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class AgentWatch extends RuledFunction.Watch<TaskFact> {
    private static final long serialVersionUID = 1L;
    private static final long QUIET_MILLIS = 30 * 60_000;
    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;
    private static final long KEEP_MILLIS = 48 * 3_600_000;
    private static final int KNOWN_FROM = 30;
    private static final long CAPPED_EVERY_MILLIS = 300_000;

    private static final Comparator<TaskFact> ORDER =
            Comparator.comparing(TaskFact::kind).thenComparing(TaskFact::taskId);

    private transient MapState<Long, List<TaskFact>> waiting;
    private transient ValueState<AgentProfile> profiles;
    private transient MapState<String, RuleState> states;

    public AgentWatch(List<AlertRule> initial) {
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
                                        Types.LIST(TypeInformation.of(TaskFact.class))));
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
    public void processElement(TaskFact fact, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        if (fact.kind() != TaskFact.Kind.STARTED) {
            early(fact, context, out);
        }
        long reached = context.timerService().currentWatermark();
        long turn = fact.timeMillis();
        if (turn <= reached) {
            // Its turn is over. News of an ending that has been counted already must not count
            // again; an ending that is news itself is taken as soon as it can be.
            if (fact.kind() != TaskFact.Kind.ENDED) {
                return;
            }
            turn = reached + 1;
        }
        List<TaskFact> facts = waiting.get(turn);
        if (facts == null) {
            facts = new ArrayList<>();
            context.timerService().registerEventTimeTimer(turn);
        }
        replace(facts, fact);
        waiting.put(turn, facts);
    }

    private static void replace(List<TaskFact> facts, TaskFact fact) {
        if (fact.kind() != TaskFact.Kind.STARTED) {
            facts.removeIf(
                    f -> f.kind() != TaskFact.Kind.STARTED && f.taskId().equals(fact.taskId()));
        }
        if (fact.kind() != TaskFact.Kind.RETRACTED) {
            facts.add(fact);
        }
    }

    private void early(TaskFact fact, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        for (AlertRule rule : rules(context, AlertType.COST_SPIKE, fact.timeMillis())) {
            if (AgentRules.isOverLimit(fact, rule)
                    && rule.matches(fact.agentId(), fact.agentType(), fact.provider())) {
                AgentProfile profile = profiles.value();
                AgentRules rules =
                        new AgentRules(
                                context.getCurrentKey(),
                                profile == null ? new AgentProfile() : profile,
                                out::collect);
                out.collect(rules.overLimit(Signal.Kind.EARLY, fact, rule));
            }
        }
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        AgentProfile profile = profiles.value();
        List<TaskFact> facts = waiting.get(time);
        if (facts != null) {
            waiting.remove(time);
            profile = profile == null ? new AgentProfile() : profile;
            facts.sort(ORDER);
            for (TaskFact fact : facts) {
                take(fact, time, profile, context, out);
            }
            profiles.update(profile);
        }
        if (profile != null) {
            revisit(time, profile, context, out);
        }
    }

    private void take(
            TaskFact fact,
            long now,
            AgentProfile profile,
            OnTimerContext context,
            Collector<Signal> out)
            throws Exception {
        remind(now, profile, context);
        if (fact.kind() == TaskFact.Kind.STARTED) {
            profile.started(fact);
            lookLater(fact, context);
            return;
        }
        profile.ended(fact);
        if (fact.agentId().equals(TaskFact.OVERFLOW_AGENT)) {
            capped(now, profile, context, out);
            return;
        }
        if (!fact.succeeded() && !fact.failed()) {
            return;
        }
        AgentRules rules = new AgentRules(context.getCurrentKey(), profile, out::collect);
        for (AlertType type : AgentRules.TYPES) {
            for (AlertRule rule : rules(context, type, now)) {
                RuleState state = states.get(rule.ruleId());
                RuleState known = state == null ? new RuleState() : state;
                rules.ended(fact, rule, known);
                states.put(rule.ruleId(), known);
            }
        }
    }

    /** Agents beyond the cap share a name: nothing can be said of them but that they are there. */
    private void capped(
            long now, AgentProfile profile, OnTimerContext context, Collector<Signal> out)
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
    private static void remind(long now, AgentProfile profile, OnTimerContext context) {
        if (profile.lastMillis == Long.MIN_VALUE) {
            profile.nextVisit = now + QUIET_MILLIS;
            context.timerService().registerEventTimeTimer(profile.nextVisit);
        }
        profile.lastMillis = now;
    }

    private void lookLater(TaskFact started, OnTimerContext context) throws Exception {
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
        AgentRules rules = new AgentRules(context.getCurrentKey(), profile, out::collect);
        for (AlertRule rule : rules(context, AlertType.HIGH_RESPONSE_TIME, now)) {
            RuleState state = states.get(rule.ruleId());
            if (state != null && state.slow != null) {
                rules.look(now, rule, state.slow);
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
                    rules.quiet(now, rule, state);
                    states.put(rule.ruleId(), state);
                }
            }
        }
    }
}
