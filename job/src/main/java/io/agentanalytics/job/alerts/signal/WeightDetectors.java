package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightDecision.Standing;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.statistics.Wilson;
import io.agentanalytics.job.weights.ScaledClock;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules about the global weights in processing time: no weights were produced for a
 * while (the job was stalled or down), or requests still go to a provider that the weights have
 * drained.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class WeightDetectors extends RuledFunction.Watch<WeightDecision> {
    private static final long serialVersionUID = 1L;
    private static final long LOOK_MILLIS = 10_000;
    private static final int MINUTE = 60;
    private static final long MEASURED_EVERY_MILLIS = 30_000;

    /** Minimum weight of a provider in use; a failing provider below it is drained. */
    private static final double LEFT = 0.05;

    private final ScaledClock tempo;
    private transient ValueState<Long> newest;

    /**
     * Time (epoch ms) since which each drained provider has been drained; probes do not reset it.
     */
    private transient MapState<String, Long> left;

    /** Raised alerts by rule and subject, with the time (epoch ms) of the last published value. */
    private transient MapState<Raised, Long> raised;

    /** A rule that is raised on a subject. */
    public record Raised(String ruleId, String subject) {}

    public WeightDetectors(List<AlertRule> initial, ScaledClock tempo) {
        super(initial);
        this.tempo = tempo;
    }

    @Override
    public void open(OpenContext context) {
        newest = getRuntimeContext().getState(new ValueStateDescriptor<>("newest", Types.LONG));
        left =
                getRuntimeContext()
                        .getMapState(new MapStateDescriptor<>("left", Types.STRING, Types.LONG));
        raised =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "raised", TypeInformation.of(Raised.class), Types.LONG));
    }

    @Override
    public void processElement(
            WeightDecision decision, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long now = decision.producedAt().toEpochMilli();
        Long last = newest.value();
        if (last == null) {
            lookAgain(context);
        } else {
            stale(last, now, context, out);
        }
        newest.update(now);
        stale(now, now, context, out);
        forgetRules(now, context);
        note(decision, now);
        ignored(decision, now, context, out);
    }

    private void lookAgain(ReadOnlyContext context) {
        context.timerService()
                .registerProcessingTimeTimer(
                        context.timerService().currentProcessingTime() + LOOK_MILLIS);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<Signal> out) throws Exception {
        Long last = newest.value();
        if (last != null) {
            long now = tempo.at(context.timerService().currentProcessingTime());
            stale(last, now, context, out);
            lookAgain(context);
        }
    }

    private void stale(long last, long now, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        for (AlertRule rule : rules(context, AlertType.WEIGHTS_STALE, now)) {
            long limit = rule.millis(RuleParameter.SECONDS);
            Evidence evidence =
                    Evidence.of("seconds")
                            .value((now - last) / 1000.0)
                            .threshold(limit / 1000.0)
                            .n(1)
                            .build();
            tell(now - last > limit, now, rule, Subject.FLEET, evidence, out);
        }
    }

    /**
     * Drops the state of disabled rules: their alerts have ended, so a rule that is enabled again
     * starts without state.
     */
    private void forgetRules(long now, ReadOnlyContext context) throws Exception {
        Set<String> active = new HashSet<>();
        for (AlertType type : List.of(AlertType.WEIGHTS_STALE, AlertType.FAILED_FAILOVER)) {
            rules(context, type, now).forEach(rule -> active.add(rule.ruleId()));
        }
        for (Iterator<Raised> each = raised.keys().iterator(); each.hasNext(); ) {
            if (!active.contains(each.next().ruleId())) {
                each.remove();
            }
        }
    }

    private void note(WeightDecision decision, long now) throws Exception {
        for (Iterator<String> each = left.keys().iterator(); each.hasNext(); ) {
            if (!decision.providers().containsKey(each.next())) {
                each.remove();
            }
        }
        for (Map.Entry<String, Standing> each : decision.providers().entrySet()) {
            String provider = each.getKey();
            double weight = decision.weights().getOrDefault(provider, 0.0);
            if (weight >= LEFT || !each.getValue().state().isFailing()) {
                left.remove(provider);
            } else if (!left.contains(provider)) {
                left.put(provider, now);
            }
        }
    }

    private void ignored(
            WeightDecision decision, long now, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        double all = 0;
        boolean someoneElse = false;
        for (Map.Entry<String, Standing> each : decision.providers().entrySet()) {
            all += each.getValue().requestsPerSecond();
            someoneElse |= !left.contains(each.getKey());
        }
        boolean followed = decision.mode() == RoutingMode.LIVE && someoneElse;
        for (AlertRule rule : rules(context, AlertType.FAILED_FAILOVER, now)) {
            for (Map.Entry<String, Standing> each : decision.providers().entrySet()) {
                Standing standing = each.getValue();
                double share = standing.requestsPerSecond() / Math.max(1e-9, all);
                long requests = Math.round(standing.requestsPerSecond() * MINUTE);
                Long since = left.get(each.getKey());
                boolean raised = this.raised.contains(new Raised(rule.ruleId(), each.getKey()));
                boolean much =
                        requests >= rule.get(RuleParameter.MIN_REQUESTS)
                                && Wilson.lower(requests, all * MINUTE)
                                        > rule.get(RuleParameter.SHARE);
                boolean holds =
                        followed
                                && since != null
                                && now - since >= rule.millis(RuleParameter.AFTER_SECONDS)
                                && (much || (raised && share > rule.get(RuleParameter.CLEAR_SHARE)))
                                && rule.matches("", "", each.getKey());
                Evidence evidence =
                        Evidence.of("share")
                                .value(share)
                                .threshold(rule.get(RuleParameter.SHARE))
                                .baseline(0.0)
                                .n(requests)
                                .windowSeconds(MINUTE)
                                .build();
                Subject subject = Subject.provider(each.getKey());
                tell(holds, now, rule, subject, evidence, out);
            }
        }
    }

    private void tell(
            boolean holds,
            long now,
            AlertRule rule,
            Subject subject,
            Evidence evidence,
            Collector<Signal> out)
            throws Exception {
        Raised key = new Raised(rule.ruleId(), subject.name());
        Long told = raised.get(key);
        if (holds && told != null) {
            if (now - told >= MEASURED_EVERY_MILLIS) {
                raised.put(key, now);
                SignalKind measured = SignalKind.MEASURED;
                out.collect(Signal.of(measured, now, rule, subject, evidence).byClock());
            }
            return;
        }
        if (!holds && told == null) {
            return;
        }
        if (holds) {
            raised.put(key, now);
        } else {
            raised.remove(key);
        }
        ConditionLevel level = holds ? ConditionLevel.RAISED : ConditionLevel.CLEARED;
        out.collect(Signal.level(level, now, rule, subject, evidence).byClock());
    }
}
