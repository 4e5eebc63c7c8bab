package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.NameLimit;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.state.EventTimeBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules about providers on their closed 10 s windows. The stream is small enough for
 * one key, which can then check if another provider is able to take over.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class ProviderDetectors extends RuledFunction<WindowRow> {
    private static final long serialVersionUID = 1L;

    /** Maximum number of providers. Names come from client events, so state must be bounded. */
    private static final int MAX_PROVIDERS = 200;

    private transient EventTimeBuffer<Map<ProviderStart, ProviderPane>> waiting;

    private transient AppliedPanes applied;
    private transient UsualLatencies latencies;
    private transient MapState<String, ProviderProfile> profiles;
    transient Counter modelsBeyondLimit; // read by tests
    transient Counter providersBeyondLimit; // read by tests

    /** Key of a provider's pane; the start is in epoch ms. */
    public record ProviderStart(long start, String provider) {
        static final Comparator<ProviderStart> ORDER =
                Comparator.comparingLong(ProviderStart::start)
                        .thenComparing(ProviderStart::provider);
    }

    public ProviderDetectors(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                EventTimeBuffer.of(
                        getRuntimeContext(),
                        Types.MAP(
                                TypeInformation.of(ProviderStart.class),
                                TypeInformation.of(ProviderPane.class)));
        applied = new AppliedPanes(getRuntimeContext());
        latencies = new UsualLatencies(getRuntimeContext());
        profiles =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "providers",
                                        Types.STRING,
                                        TypeInformation.of(ProviderProfile.class)));
        modelsBeyondLimit = NameLimit.ALERT_MODELS.counter(getRuntimeContext());
        providersBeyondLimit = NameLimit.ALERT_PROVIDERS.counter(getRuntimeContext());
    }

    @Override
    public void processElement(WindowRow row, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long reached = reached(context);
        if (reached != Long.MIN_VALUE && row.start() < reached - ProviderProfile.KEPT_MILLIS) {
            return; // older than the window of any rule
        }
        ProviderPane news = applied.apply(row);
        if (news == null) {
            modelsBeyondLimit.inc();
            return;
        }
        ProviderPane ofModel = news.of(row.scope().model());
        ProviderStart key = new ProviderStart(row.start(), row.scope().provider());
        long end = row.start() + Pane.MILLIS;
        // A correction is applied with the next pane, because rules evaluate whole ten-second
        // panes.
        long next = Math.floorDiv(reached, Pane.MILLIS) * Pane.MILLIS;
        waiting.add(
                end > reached ? end : next + Pane.MILLIS,
                context.timerService(),
                known -> {
                    Map<ProviderStart, ProviderPane> panes =
                            known == null ? new HashMap<>() : known;
                    panes.merge(key, ofModel, ProviderPane::plus);
                    return panes;
                });
    }

    @Override
    public void onTimer(long now, OnTimerContext context, Collector<Signal> out) throws Exception {
        Map<String, ProviderProfile> all = new TreeMap<>();
        for (Map.Entry<String, ProviderProfile> entry : profiles.entries()) {
            all.put(entry.getKey(), entry.getValue());
        }
        addPanes(now, all, rules(context, AlertType.HIGH_RESPONSE_TIME, now));
        ProviderRules rules = new ProviderRules(all, now, out::collect);
        Set<String> active = new HashSet<>();
        for (AlertType type : ProviderRules.TYPES) {
            for (AlertRule rule : rules(context, type, now)) {
                active.add(rule.ruleId());
                all.forEach((name, profile) -> rules.evaluate(name, profile, rule));
            }
        }
        for (ProviderProfile profile : all.values()) {
            profile.levels.keySet().retainAll(active);
            profile.measuring.keySet().retainAll(active);
            profile.lateQuota = 0;
            profile.lateAuth = 0;
        }
        boolean open = false;
        for (Map.Entry<String, ProviderProfile> entry : all.entrySet()) {
            open |= keep(entry.getKey(), entry.getValue());
        }
        // At the end of a bounded input, the watermark is Long.MAX_VALUE.
        if (open && context.timerService().currentWatermark() != Long.MAX_VALUE) {
            context.timerService().registerEventTimeTimer(now + Pane.MILLIS);
        }
    }

    private void addPanes(long now, Map<String, ProviderProfile> all, List<AlertRule> slow)
            throws Exception {
        Map<ProviderStart, ProviderPane> due = new TreeMap<>(ProviderStart.ORDER);
        Map<ProviderStart, ProviderPane> panes = waiting.take(now);
        if (panes != null) {
            due.putAll(panes);
        }
        for (Map.Entry<ProviderStart, ProviderPane> entry : due.entrySet()) {
            String provider = entry.getKey().provider();
            if (all.containsKey(provider) || all.size() < MAX_PROVIDERS) {
                ProviderProfile profile = all.computeIfAbsent(provider, p -> new ProviderProfile());
                ProviderPane pane = latencies.count(provider, entry.getValue(), slow);
                if (pane.start() == now - Pane.MILLIS) {
                    latencies.learn(provider, entry.getValue(), profile.isRaised(slow), now);
                    profile.add(pane);
                } else {
                    profile.correct(pane);
                }
            } else {
                providersBeyondLimit.inc();
            }
        }
        long kept = now - ProviderProfile.KEPT_MILLIS;
        all.values().forEach(p -> p.forgetBefore(kept));
        applied.forgetBefore(kept);
    }

    /** Returns true if a condition is raised and must be evaluated even without new requests. */
    private boolean keep(String provider, ProviderProfile profile) throws Exception {
        if (profile.panes.isEmpty() && profile.levels.isEmpty()) {
            profiles.remove(provider);
            return false;
        }
        profiles.put(provider, profile);
        return !profile.levels.isEmpty();
    }
}
