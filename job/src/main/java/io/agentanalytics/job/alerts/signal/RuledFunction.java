package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.state.ReachedTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Base class of functions that evaluate alert rules and emit signals. The rules are in broadcast
 * state, so a rule change takes effect without a restart.
 */
@SuppressWarnings("NullAway.Init") // Flink calls initializeState() first
public abstract class RuledFunction<IN>
        extends KeyedBroadcastProcessFunction<String, IN, AlertRule, Signal>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;

    /** Rule changes by rule id. */
    public static final MapStateDescriptor<String, List<AlertRule>> RULES =
            new MapStateDescriptor<>(
                    "alert-rules", Types.STRING, Types.LIST(TypeInformation.of(AlertRule.class)));

    private final ArrayList<AlertRule> initial;
    private transient @Nullable RuleHistory book;
    private transient ReachedTime reachedTime;

    /**
     * @param initial rules in force before any change
     */
    protected RuledFunction(List<AlertRule> initial) {
        this.initial = new ArrayList<>(initial);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        reachedTime = ReachedTime.of(context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        reachedTime.snapshot();
    }

    /** Returns the event time that this function has reached, also before a restart. */
    protected final long reached(ReadOnlyContext context) {
        return reachedTime.of(context.timerService());
    }

    @Override
    public void processBroadcastElement(AlertRule change, Context context, Collector<Signal> out)
            throws Exception {
        keep(change, context.getBroadcastState(RULES));
        book = null;
    }

    /** Adds a rule change to the broadcast state. */
    static void keep(AlertRule change, BroadcastState<String, List<AlertRule>> state)
            throws Exception {
        List<AlertRule> versions = state.get(change.ruleId());
        state.put(
                change.ruleId(), RuleHistory.with(versions == null ? List.of() : versions, change));
    }

    /** Returns the rules of a type in force at a point in time. */
    protected final List<AlertRule> rules(ReadOnlyContext context, AlertType type, long timeMillis)
            throws Exception {
        return history(context).active(type, timeMillis);
    }

    protected final RuleHistory history(ReadOnlyContext context) throws Exception {
        RuleHistory rules = book;
        if (rules == null) {
            rules = book(initial, context.getBroadcastState(RULES));
            book = rules;
        }
        return rules;
    }

    /** Returns the history of all rules: the initial rules and all changes since. */
    static RuleHistory book(
            List<AlertRule> initial, ReadOnlyBroadcastState<String, List<AlertRule>> state)
            throws Exception {
        Map<String, List<AlertRule>> changes = new HashMap<>();
        for (AlertRule rule : initial) {
            changes.computeIfAbsent(rule.ruleId(), id -> new ArrayList<>()).add(rule);
        }
        for (Map.Entry<String, List<AlertRule>> rule : state.immutableEntries()) {
            changes.computeIfAbsent(rule.getKey(), id -> new ArrayList<>()).addAll(rule.getValue());
        }
        return new RuleHistory(changes);
    }
}
