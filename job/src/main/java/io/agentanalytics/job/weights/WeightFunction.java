package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingMode;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingSettings;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.TaskInfo;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Decides the weights of each scope every five seconds, and at once when a circuit breaker changes.
 * Runs in processing time, because a waiting router needs an answer even if event time stands
 * still.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
final class WeightFunction
        extends KeyedBroadcastProcessFunction<String, ScopedInput, PolicyChange, WeightDecision>
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

    /**
     * Maximum age of a request that affects the estimates; an older one is from a backlog or
     * replay.
     */
    private static final long TELLS_NOW_MILLIS = 120_000;

    /** Maximum age of a request that affects the baselines. */
    private static final long TELLS_USUAL_MILLIS = 7_200_000;

    /** After this time without requests, the state of a scope is removed. */
    private static final long SILENCE_MILLIS = 3_600_000;

    /** Lifetime of a move. A valid move is repeated with every task. */
    private static final long MOVED_MILLIS = 7_200_000;

    /** Maximum number of agents. Agent ids come from client events, so state must be bounded. */
    private static final int MAX_AGENTS = 200;

    private static final int MAX_CACHED = 1_000;

    private final ScaledClock tempo;

    // Every request changes its scope's state, which keyed state would read and write as a whole.
    private transient Map<String, ScopeState> scopes;
    private transient ListState<Tuple2<String, ScopeState>> savedScopes;
    private transient Map<String, RoutingSettings> settings;
    private transient @Nullable Map<String, RoutingPolicy> ofAgents;
    private transient WeightPublisher announcer;
    private transient Counter old;

    WeightFunction(ScaledClock tempo) {
        this.tempo = tempo;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        announcer = new WeightPublisher(context.isRestored());
        savedScopes =
                context.getOperatorStateStore()
                        .getUnionListState(
                                new ListStateDescriptor<>(
                                        "scopes",
                                        Types.TUPLE(
                                                Types.STRING,
                                                TypeInformation.of(ScopeState.class))));
        scopes = new HashMap<>();
        for (Tuple2<String, ScopeState> saved : savedScopes.get()) {
            if (isMine(saved.f0)) {
                scopes.put(saved.f0, saved.f1);
            }
        }
    }

    /** Returns true if this subtask gets the requests and timers of a scope. */
    private boolean isMine(String scope) {
        TaskInfo task = getRuntimeContext().getTaskInfo();
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        scope,
                        task.getMaxNumberOfParallelSubtasks(),
                        task.getNumberOfParallelSubtasks())
                == task.getIndexOfThisSubtask();
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        List<Tuple2<String, ScopeState>> all = new ArrayList<>();
        scopes.forEach((scope, state) -> all.add(Tuple2.of(scope, state)));
        savedScopes.update(all);
    }

    @Override
    public void open(OpenContext context) {
        settings = new HashMap<>();
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
        ofAgents = null;
    }

    @Override
    public void processElement(
            ScopedInput scoped, ReadOnlyContext context, Collector<WeightDecision> out)
            throws Exception {
        RoutingSettings mine = settings(scoped.scope(), context);
        if (mine == null) {
            return;
        }
        long now = tempo.at(context.timerService().currentProcessingTime());
        ScopeState state = scopes.get(scoped.scope());
        if (scoped.move() != null) {
            if (state != null && mine.levels().contains(WeightScope.AGENT_LEVEL)) {
                move(scoped.move(), state, now);
            }
            return;
        }
        ProviderRequest request = Objects.requireNonNull(scoped.request());
        if (request.timeMillis() < now - TELLS_USUAL_MILLIS) {
            old.inc();
            return;
        }
        if (state == null) {
            state = new ScopeState();
            scopes.put(scoped.scope(), state);
            context.timerService().registerProcessingTimeTimer(tempo.machineTime(nextTick(now)));
        }
        state.seenMillis = now;
        seen(request, state, now, context);
        WeightPolicy policy = new WeightPolicy(state.policy, mine);
        if (request.timeMillis() < now - TELLS_NOW_MILLIS) {
            policy.learn(request, now);
        } else {
            policy.take(request, now);
        }
        if (policy.isUrgent()) {
            decide(scoped.scope(), state, policy, mine, now, context, new To(context, out));
        }
    }

    private static void move(AgentMove move, ScopeState state, long now) {
        ScopeState.AgentState agent = state.agents.get(move.agentId());
        if (agent == null) {
            if (move.avoided().isEmpty() || state.agents.size() >= MAX_AGENTS) {
                return;
            }
            agent = ScopeState.AgentState.after(state.told);
            state.agents.put(move.agentId(), agent);
        }
        agent.agentType = move.agentType();
        agent.seenMillis = now;
        agent.movedMillis = now;
        agent.avoided = new HashMap<>(move.avoided());
    }

    /**
     * Records a request of an agent. An agent with a policy of its own gets weights from its first
     * request on.
     */
    private void seen(ProviderRequest request, ScopeState state, long now, ReadOnlyContext context)
            throws Exception {
        ScopeState.AgentState agent = state.agents.get(request.agentId());
        if (agent == null
                && ofAgents(context).containsKey(request.agentId())
                && state.agents.size() < MAX_AGENTS) {
            agent = ScopeState.AgentState.after(state.told);
            agent.agentType = request.agentType();
            state.agents.put(request.agentId(), agent);
        }
        if (agent != null) {
            agent.seenMillis = now;
        }
    }

    private static long nextTick(long now) {
        return Math.floorDiv(now, TICK_MILLIS) * TICK_MILLIS + TICK_MILLIS;
    }

    /** Returns the settings of a scope; null if no weights are decided for it. */
    private @Nullable RoutingSettings settings(String scope, ReadOnlyContext context)
            throws Exception {
        var policies = context.getBroadcastState(POLICIES);
        if (settings.size() > MAX_CACHED) {
            settings.clear();
        }
        boolean cached = settings.containsKey(scope);
        if (!cached) {
            PolicyChange global = policies.get(WeightScope.GLOBAL);
            RoutingSettings common =
                    RoutingSettings.STANDARD.with(global == null ? null : global.policy());
            PolicyChange own = policies.get(scope);
            boolean wanted =
                    scope.equals(WeightScope.GLOBAL)
                            || own != null
                            || common.levels().contains(WeightScope.AGENT_TYPE_LEVEL);
            settings.put(scope, wanted ? common.with(own == null ? null : own.policy()) : null);
        }
        return settings.get(scope);
    }

    private Map<String, RoutingPolicy> ofAgents(ReadOnlyContext context) throws Exception {
        if (ofAgents == null) {
            ofAgents = new HashMap<>();
            for (var each : context.getBroadcastState(POLICIES).immutableEntries()) {
                RoutingPolicy policy = each.getValue().policy();
                if (policy != null && WeightScope.isAgent(each.getKey())) {
                    ofAgents.put(WeightScope.nameOf(each.getKey()), policy);
                }
            }
        }
        return ofAgents;
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WeightDecision> out)
            throws Exception {
        String scope = context.getCurrentKey();
        ScopeState state = scopes.get(scope);
        if (state == null) {
            return;
        }
        long now = tempo.at(context.timerService().currentProcessingTime());
        RoutingSettings mine = settings(scope, context);
        boolean silent = state.seenMillis < now - SILENCE_MILLIS;
        if (mine == null || (silent && !scope.equals(WeightScope.GLOBAL))) {
            To to = new To(context, out);
            announcer.withdraw(scope, state.told, to);
            state.agents.forEach(
                    (id, agent) -> announcer.withdraw(WeightScope.ofAgent(id), agent.told, to));
            scopes.remove(scope);
            return;
        }
        WeightPolicy policy = new WeightPolicy(state.policy, mine);
        decide(scope, state, policy, mine, now, context, new To(context, out));
        context.timerService().registerProcessingTimeTimer(tempo.machineTime(nextTick(now)));
    }

    private void decide(
            String scope,
            ScopeState state,
            WeightPolicy policy,
            RoutingSettings mine,
            long now,
            ReadOnlyContext context,
            WeightPublisher.Out out)
            throws Exception {
        WeightPolicy.Shares made = policy.decide(now);
        if (made.standings().isEmpty()) {
            return;
        }
        announcer.announce(scope, state.told, mine, made, now, out);
        for (var agents = state.agents.entrySet().iterator(); agents.hasNext(); ) {
            var each = agents.next();
            ScopeState.AgentState agent = each.getValue();
            RoutingPolicy own = ofAgents(context).get(each.getKey());
            RoutingSettings settings = mine.with(own);
            boolean frozen = settings.mode() == RoutingMode.FREEZE;
            if (frozen && !agent.told.published) {
                continue; // an agent without its own weights stays without them
            }
            if (agent.movedMillis < now - MOVED_MILLIS
                    || !mine.levels().contains(WeightScope.AGENT_LEVEL)) {
                agent.avoided = new HashMap<>();
            }
            boolean needed = own != null || frozen || !agent.avoided.isEmpty();
            String scopeOfAgent = WeightScope.ofAgent(each.getKey());
            if (!needed
                    || agent.seenMillis < now - SILENCE_MILLIS
                    || isDecidedByType(scope, agent, context)) {
                announcer.withdraw(scopeOfAgent, agent.told, out);
                agents.remove();
            } else {
                var shares = policy.forAgent(made, settings, agent.reasons(), now);
                announcer.announce(scopeOfAgent, agent.told, settings, shares, now, out);
            }
        }
    }

    private boolean isDecidedByType(
            String scope, ScopeState.AgentState agent, ReadOnlyContext context) throws Exception {
        return scope.equals(WeightScope.GLOBAL)
                && settings(WeightScope.ofAgentType(agent.agentType), context) != null;
    }

    /** Forwards publications to the outputs of the Flink function. */
    private record To(ReadOnlyContext context, Collector<WeightDecision> decisions)
            implements WeightPublisher.Out {
        @Override
        public void decided(WeightDecision decision) {
            decisions.collect(decision);
        }

        @Override
        public void changed(WeightChange change) {
            context.output(CHANGES, change);
        }

        @Override
        public void tell(WeightRecord record) {
            context.output(RECORDS, record);
        }
    }
}
