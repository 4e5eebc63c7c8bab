package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each scope every five seconds, and at once when a breaker moves. Goes by the clock: a
 * router that waits needs an answer whether or not event time moves.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class WeightFunction
        extends KeyedBroadcastProcessFunction<String, ScopedRequest, PolicyChange, WeightDecision>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    static final MapStateDescriptor<String, PolicyChange> POLICIES =
            new MapStateDescriptor<>(
                    "routing-policies", Types.STRING, TypeInformation.of(PolicyChange.class));
    static final OutputTag<WeightRecord> RECORDS =
            new OutputTag<>("weight-records", TypeInformation.of(WeightRecord.class));
    static final OutputTag<WeightChange> CHANGES =
            new OutputTag<>("weight-changes", TypeInformation.of(WeightChange.class));

    private static final long TICK_MILLIS = 5_000;
    private static final long HEARTBEAT_MILLIS = 30_000;
    private static final long VALID_MILLIS = 60_000;

    /** Requests of longer ago say nothing about now: a backlog, or a recording. */
    private static final long TELLS_NOW_MILLIS = 120_000;

    /** They still tell what is usual. */
    private static final long TELLS_USUAL_MILLIS = 7_200_000;

    /** A scope without requests for so long is forgotten. */
    private static final long SILENCE_MILLIS = 3_600_000;

    /**
     * What is restored may be older than what was told before the crash, and the clock of this
     * machine behind the other's.
     */
    private static final long VERSIONS_PER_RESTORE = 1_000_000;

    private static final double WORTH_WRITING = 0.005;

    private final Tempo tempo;
    private transient ValueState<ScopeState> scopes;
    private transient Map<String, RoutingSettings> settings;
    private transient Set<String> raised;
    private transient boolean restored;
    private transient Counter old;

    WeightFunction(Tempo tempo) {
        this.tempo = tempo;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) {
        restored = context.isRestored();
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {
        // All is in Flink's state already; this function only has to know that it was restored.
    }

    @Override
    public void open(OpenContext context) {
        scopes =
                getRuntimeContext()
                        .getState(
                                new ValueStateDescriptor<>(
                                        "scope", TypeInformation.of(ScopeState.class)));
        settings = new HashMap<>();
        raised = new HashSet<>();
        old = getRuntimeContext().getMetricGroup().counter("requests_too_old_to_steer");
    }

    @Override
    public void processBroadcastElement(
            PolicyChange change, Context context, Collector<WeightDecision> out) throws Exception {
        var policies = context.getBroadcastState(POLICIES);
        if (change.policy() == null) {
            policies.remove(change.scope());
        } else {
            policies.put(change.scope(), change);
        }
        settings.clear();
    }

    @Override
    public void processElement(
            ScopedRequest scoped, ReadOnlyContext context, Collector<WeightDecision> out)
            throws Exception {
        RoutingSettings mine = settings(scoped.scope(), context);
        if (mine == null) {
            return;
        }
        ProviderRequest request = scoped.request();
        long now = tempo.at(context.timerService().currentProcessingTime());
        if (request.timeMillis() < now - TELLS_USUAL_MILLIS) {
            old.inc();
            return;
        }
        ScopeState state = scopes.value();
        if (state == null) {
            state = new ScopeState();
            context.timerService().registerProcessingTimeTimer(tempo.machineTime(nextTick(now)));
        }
        state.seenMillis = now;
        WeightPolicy policy = new WeightPolicy(state.policy, mine);
        if (request.timeMillis() < now - TELLS_NOW_MILLIS) {
            policy.learn(request, now);
        } else {
            policy.take(request, now);
        }
        if (policy.isUrgent()) {
            decide(scoped.scope(), state, policy, mine, now, new Out(context, out));
        }
        scopes.update(state);
    }

    private static long nextTick(long now) {
        return Math.floorDiv(now, TICK_MILLIS) * TICK_MILLIS + TICK_MILLIS;
    }

    /** What holds for a scope; null if nothing is decided for it. */
    private @Nullable RoutingSettings settings(String scope, ReadOnlyContext context)
            throws Exception {
        var policies = context.getBroadcastState(POLICIES);
        boolean cached = settings.containsKey(scope);
        if (!cached) {
            PolicyChange global = policies.get(WeightScope.GLOBAL);
            RoutingSettings common =
                    RoutingSettings.STANDARD.with(global == null ? null : global.policy());
            PolicyChange own = policies.get(scope);
            boolean wanted =
                    scope.equals(WeightScope.GLOBAL)
                            || own != null
                            || common.levels().contains("agent_type");
            settings.put(scope, wanted ? common.with(own == null ? null : own.policy()) : null);
        }
        return settings.get(scope);
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WeightDecision> out)
            throws Exception {
        String scope = context.getCurrentKey();
        ScopeState state = scopes.value();
        if (state == null) {
            return;
        }
        long now = tempo.at(context.timerService().currentProcessingTime());
        RoutingSettings mine = settings(scope, context);
        boolean silent = state.seenMillis < now - SILENCE_MILLIS;
        if (mine == null || silent && !scope.equals(WeightScope.GLOBAL)) {
            withdraw(scope, state, new Out(context, out));
            scopes.clear();
            return;
        }
        WeightPolicy policy = new WeightPolicy(state.policy, mine);
        decide(scope, state, policy, mine, now, new Out(context, out));
        scopes.update(state);
        context.timerService().registerProcessingTimeTimer(tempo.machineTime(nextTick(now)));
    }

    /** Where decisions go. */
    private record Out(ReadOnlyContext context, Collector<WeightDecision> decisions) {
        void tell(WeightRecord record) {
            context.output(RECORDS, record);
        }
    }

    private void decide(
            String scope,
            ScopeState state,
            WeightPolicy policy,
            RoutingSettings mine,
            long now,
            Out out) {
        WeightPolicy.Shares made = policy.decide(now);
        if (made.weights().isEmpty()) {
            return;
        }
        freeze(state, mine.mode(), made.weights());
        Map<String, Double> weights = state.frozen.isEmpty() ? made.weights() : state.frozen;
        state.version = Math.max(previous(scope, state) + 1, now);
        Instant at = Instant.ofEpochMilli(now);
        WeightDecision decision =
                new WeightDecision(
                        scope,
                        state.version,
                        at,
                        at.plusMillis(VALID_MILLIS),
                        mine.mode().wireName(),
                        new WeightDecision.Prices(
                                mine.successUsd(), mine.failureUsd(), mine.secondUsd()),
                        new TreeMap<>(weights),
                        made.standings());
        out.decisions.collect(decision);
        boolean changed = write(state, decision, out);
        if (mine.mode() == RoutingMode.CLEAR || mine.mode() == RoutingMode.RECOMMEND) {
            withdraw(scope, state, out);
        } else if (changed || !state.published || now - state.toldMillis >= HEARTBEAT_MILLIS) {
            state.published = true;
            state.toldMillis = now;
            out.tell(new WeightRecord(scope, decision));
        }
    }

    private static void freeze(ScopeState state, RoutingMode mode, Map<String, Double> weights) {
        if (mode != RoutingMode.FREEZE) {
            state.frozen = new HashMap<>();
        } else if (state.frozen.isEmpty()) {
            state.frozen =
                    new HashMap<>(state.writtenShares.isEmpty() ? weights : state.writtenShares);
        }
    }

    private long previous(String scope, ScopeState state) {
        boolean raise = restored && raised.add(scope);
        return state.version + (raise ? VERSIONS_PER_RESTORE : 0);
    }

    private static void withdraw(String scope, ScopeState state, Out out) {
        if (state.published) {
            state.published = false;
            out.tell(new WeightRecord(scope, null));
        }
    }

    /** Writes down what changed; whether anything did. */
    private static boolean write(ScopeState state, WeightDecision decision, Out out) {
        Map<String, String> states = new HashMap<>();
        decision.providers().forEach((name, standing) -> states.put(name, standing.state()));
        if (states.equals(state.writtenStates)
                && distance(decision.weights(), state.writtenShares) < WORTH_WRITING) {
            return false;
        }
        decision.providers()
                .forEach(
                        (name, standing) ->
                                out.context.output(
                                        CHANGES, change(name, standing, decision, state)));
        state.writtenStates = states;
        state.writtenShares = new HashMap<>(decision.weights());
        return true;
    }

    private static WeightChange change(
            String name,
            WeightDecision.Standing standing,
            WeightDecision decision,
            ScopeState state) {
        return new WeightChange(
                decision.producedAt(),
                decision.scope(),
                name,
                decision.version(),
                decision.mode(),
                decision.weights().getOrDefault(name, 0.0),
                state.writtenShares.getOrDefault(name, 0.0),
                standing);
    }

    /** The share of traffic that goes elsewhere. */
    private static double distance(Map<String, Double> a, Map<String, Double> b) {
        Set<String> names = new HashSet<>(a.keySet());
        names.addAll(b.keySet());
        double sum = 0;
        for (String name : names) {
            sum += Math.abs(a.getOrDefault(name, 0.0) - b.getOrDefault(name, 0.0));
        }
        return sum / 2;
    }
}
