package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.NameLimit;
import io.agentanalytics.job.model.PolicyChange;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.state.SetBack;
import io.agentanalytics.job.time.ScaledClock;
import java.util.ArrayList;
import java.util.EnumMap;
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

    private final ScaledClock clock;

    // Every request changes its scope's state, which keyed state would read and write as a whole.
    private transient Map<String, ScopeState> scopes;
    private transient ListState<Tuple2<String, ScopeState>> savedScopes;
    private transient @Nullable ScopePolicies policies;
    private transient WeightPublisher publisher;
    private transient SetBack setBack;
    private transient Counter old;
    private transient Map<NameLimit, Counter> beyondLimit;

    WeightFunction(ScaledClock clock) {
        this.clock = clock;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        publisher = new WeightPublisher();
        setBack = new SetBack(context);
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
        setBack.save();
    }

    @Override
    public void open(OpenContext context) {
        old = getRuntimeContext().getMetricGroup().counter("requests_too_old_to_steer");
        beyondLimit = new EnumMap<>(NameLimit.class);
        for (NameLimit limit : List.of(NameLimit.WEIGHT_PROVIDERS, NameLimit.WEIGHT_AGENTS)) {
            beyondLimit.put(limit, limit.counter(getRuntimeContext()));
        }
    }

    @Override
    public void processBroadcastElement(
            PolicyChange change, Context context, Collector<WeightDecision> out) throws Exception {
        var changes = context.getBroadcastState(POLICIES);
        if (change.policy() == null) {
            changes.remove(change.scope());
        } else {
            changes.put(change.scope(), change);
        }
        policies = null;
    }

    private ScopePolicies policies(ReadOnlyContext context) throws Exception {
        ScopePolicies current = policies;
        if (current == null) {
            Map<String, RoutingPolicy> all = new HashMap<>();
            for (var change : context.getBroadcastState(POLICIES).immutableEntries()) {
                RoutingPolicy policy = change.getValue().policy();
                if (policy != null) {
                    all.put(change.getKey(), policy);
                }
            }
            current = new ScopePolicies(all);
            policies = current;
        }
        return current;
    }

    @Override
    public void processElement(
            ScopedInput input, ReadOnlyContext context, Collector<WeightDecision> out)
            throws Exception {
        if (policies(context).of(input.scope()) == null) {
            return;
        }
        long now = clock.now(context.timerService());
        ScopeState state = scopes.get(input.scope());
        if (setBack.isBehind(context.timerService().currentProcessingTime()) && state != null) {
            registerTick(now, context);
        }
        if (input.move() != null) {
            if (state != null) {
                weights(input.scope(), state, now, context).apply(input.move());
            }
            return;
        }
        ProviderRequest request = Objects.requireNonNull(input.request());
        if (ScopeWeights.isTooOld(request, now)) {
            old.inc();
            return;
        }
        if (state == null) {
            state = new ScopeState();
            scopes.put(input.scope(), state);
            registerTick(now, context);
        }
        weights(input.scope(), state, now, context).apply(request, new FlinkOutput(context, out));
    }

    private ScopeWeights weights(String scope, ScopeState state, long now, ReadOnlyContext context)
            throws Exception {
        return new ScopeWeights(
                scope,
                state,
                policies(context),
                publisher,
                limit -> Objects.requireNonNull(beyondLimit.get(limit)).inc(),
                now);
    }

    private void registerTick(long now, ReadOnlyContext context) {
        clock.register(context.timerService(), ScopeWeights.nextTick(now));
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<WeightDecision> out)
            throws Exception {
        String scope = context.getCurrentKey();
        ScopeState state = scopes.get(scope);
        if (state == null) {
            return;
        }
        long now = clock.now(context.timerService());
        if (weights(scope, state, now, context).tick(new FlinkOutput(context, out))) {
            registerTick(now, context);
        } else {
            scopes.remove(scope);
        }
    }

    /** Forwards publications to the outputs of the Flink function. */
    private record FlinkOutput(ReadOnlyContext context, Collector<WeightDecision> decisions)
            implements WeightPublisher.Output {
        @Override
        public void decided(WeightDecision decision) {
            decisions.collect(decision);
        }

        @Override
        public void changed(WeightChange change) {
            context.output(CHANGES, change);
        }

        @Override
        public void emit(WeightRecord record) {
            context.output(RECORDS, record);
        }
    }
}
