package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.WindowRow;
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
import org.apache.flink.util.Collector;

/**
 * The rules about providers, over their closed 10 s windows: thin enough for one key, which knows
 * whether another provider can take over.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class ProviderWatch extends RuledFunction.Watch<WindowRow> {
    private static final long serialVersionUID = 1L;

    /** Names come from outside. */
    private static final int MAX_PROVIDERS = 200;

    private transient MapState<String, ProviderPane> waiting;
    private transient MapState<String, ProviderProfile> profiles;

    public ProviderWatch(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "waiting",
                                        Types.STRING,
                                        TypeInformation.of(ProviderPane.class)));
        profiles =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "providers",
                                        Types.STRING,
                                        TypeInformation.of(ProviderProfile.class)));
    }

    @Override
    public void processElement(WindowRow row, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long end = row.start() + ProviderPane.MILLIS;
        if (end <= context.timerService().currentWatermark()) {
            return; // A correction: the first closing was taken.
        }
        String key = row.start() + " " + row.scope().provider();
        ProviderPane pane = ProviderPane.of(row.start(), row.figures(), row.requestLatency());
        ProviderPane known = waiting.get(key);
        waiting.put(key, known == null ? pane : known.plus(pane));
        context.timerService().registerEventTimeTimer(end);
    }

    @Override
    public void onTimer(long now, OnTimerContext context, Collector<Signal> out) throws Exception {
        Map<String, ProviderProfile> all = new TreeMap<>();
        for (Map.Entry<String, ProviderProfile> entry : profiles.entries()) {
            all.put(entry.getKey(), entry.getValue());
        }
        take(now, all);
        ProviderRules rules = new ProviderRules(all, now, out::collect);
        Set<String> active = new HashSet<>();
        for (AlertType type : ProviderRules.TYPES) {
            for (AlertRule rule : rules(context, type, now)) {
                active.add(rule.ruleId());
                all.forEach((name, profile) -> rules.look(name, profile, rule));
            }
        }
        all.values().forEach(profile -> profile.levels.keySet().retainAll(active));
        boolean open = false;
        for (Map.Entry<String, ProviderProfile> entry : all.entrySet()) {
            open |= keep(entry.getKey(), entry.getValue());
        }
        // At the end of a bounded input, event time is infinite.
        if (open && context.timerService().currentWatermark() != Long.MAX_VALUE) {
            context.timerService().registerEventTimeTimer(now + ProviderPane.MILLIS);
        }
    }

    private void take(long now, Map<String, ProviderProfile> all) throws Exception {
        long start = now - ProviderPane.MILLIS;
        Map<String, ProviderPane> due = new TreeMap<>();
        for (Map.Entry<String, ProviderPane> entry : waiting.entries()) {
            if (entry.getValue().start() == start) {
                due.put(entry.getKey(), entry.getValue());
            }
        }
        for (Map.Entry<String, ProviderPane> entry : due.entrySet()) {
            waiting.remove(entry.getKey());
            String provider = entry.getKey().substring(entry.getKey().indexOf(' ') + 1);
            if (all.containsKey(provider) || all.size() < MAX_PROVIDERS) {
                all.computeIfAbsent(provider, p -> new ProviderProfile()).add(entry.getValue());
            }
        }
        all.values().forEach(p -> p.forgetBefore(now - ProviderProfile.KEPT_MILLIS));
    }

    /** Whether something is still raised, and has to be looked at without new requests too. */
    private boolean keep(String provider, ProviderProfile profile) throws Exception {
        if (profile.panes.isEmpty() && profile.levels.isEmpty()) {
            profiles.remove(provider);
            return false;
        }
        profiles.put(provider, profile);
        return !profile.levels.isEmpty();
    }
}
