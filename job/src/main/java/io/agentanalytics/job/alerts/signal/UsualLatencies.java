package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Histogram;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleParameter;
import io.agentanalytics.job.time.Day;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;

/**
 * Usual latencies of the models of all providers, by which the calls of a pane count as slow. A
 * model that reasons for a minute is not slow, and one that usually answers in a second is slow
 * before it takes half a minute.
 */
final class UsualLatencies {
    /** Maximum number of models. Names come from client events, so state must be bounded. */
    static final int MAX_MODELS = 1_000;

    /** Longer than a week, as for the baselines of agents. */
    private static final long KEEP_MILLIS = 14 * Day.MILLIS;

    private static final long KEEP_NEW_MILLIS = 2 * 3_600_000;

    /** Minimum time between two searches for models that are no longer used. */
    private static final long CLEAN_MILLIS = 3_600_000;

    private final MapState<Tuple2<String, String>, ModelLatency> models;

    /** Number of models; negative if it is not known yet. */
    private int size = -1;

    private long cleanedMillis = Long.MIN_VALUE;

    UsualLatencies(RuntimeContext context) {
        models =
                context.getMapState(
                        new MapStateDescriptor<>(
                                "usual-latencies",
                                Types.TUPLE(Types.STRING, Types.STRING),
                                TypeInformation.of(ModelLatency.class)));
    }

    /**
     * Counts the slow calls of a provider's pane. Nothing is known about a model before its first
     * calls, so none of them is slow.
     *
     * @return the pane with a count for each rule, and without its latencies by model
     */
    ProviderPane count(String provider, ProviderPane pane, List<AlertRule> rules) throws Exception {
        Map<String, Long> slow = new HashMap<>();
        for (AlertRule rule : rules) {
            slow.put(rule.ruleId(), 0L);
        }
        for (Map.Entry<String, byte[]> model : pane.models().entrySet()) {
            ModelLatency known = models.get(Tuple2.of(provider, model.getKey()));
            if (known != null && known.isKnown()) {
                Histogram latency = Histogram.ofBytes(model.getValue());
                for (AlertRule rule : rules) {
                    long above = latency.countAbove(limitMillis(known, rule));
                    slow.merge(rule.ruleId(), above, Long::sum);
                }
            }
        }
        return ProviderPaneBuilder.builder(pane).models(Map.of()).slow(slow).build();
    }

    private static long limitMillis(ModelLatency known, AlertRule rule) {
        double usual = rule.get(RuleParameter.PROVIDER_USUAL_FACTOR) * known.usualMillis();
        return Math.max(rule.millis(RuleParameter.PROVIDER_LIMIT_SECONDS), Math.round(usual));
    }

    /**
     * Learns the latencies of a provider's pane.
     *
     * @param raised true if the provider has an alert that it is slow
     */
    void learn(String provider, ProviderPane pane, boolean raised, long now) throws Exception {
        for (Map.Entry<String, byte[]> model : pane.models().entrySet()) {
            if (model.getValue().length == 0) {
                continue;
            }
            Tuple2<String, String> key = Tuple2.of(provider, model.getKey());
            ModelLatency latency = models.get(key);
            if (latency == null) {
                if (!hasRoom(now)) {
                    continue;
                }
                size++;
                latency = new ModelLatency();
            }
            latency.learn(model.getValue(), raised, now);
            models.put(key, latency);
        }
    }

    private boolean hasRoom(long now) throws Exception {
        if (size < 0) {
            size = 0;
            for (var keys = models.keys().iterator(); keys.hasNext(); keys.next()) {
                size++;
            }
        }
        if (size >= MAX_MODELS && now - CLEAN_MILLIS >= cleanedMillis) {
            cleanedMillis = now;
            removeUnused(now);
        }
        return size < MAX_MODELS;
    }

    private void removeUnused(long now) throws Exception {
        List<Tuple2<String, String>> unused = new ArrayList<>();
        for (Map.Entry<Tuple2<String, String>, ModelLatency> model : models.entries()) {
            long keep = model.getValue().isKnown() ? KEEP_MILLIS : KEEP_NEW_MILLIS;
            if (now - model.getValue().seenMillis >= keep) {
                unused.add(model.getKey());
            }
        }
        for (Tuple2<String, String> key : unused) {
            models.remove(key);
        }
        size -= unused.size();
    }
}
