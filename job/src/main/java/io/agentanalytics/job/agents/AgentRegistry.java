package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.AgentSignalBuilder;
import io.agentanalytics.job.state.SetBack;
import io.agentanalytics.job.time.Day;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Keeps one row per agent and emits it at most once per second. The state of a silent agent is
 * cleared after the state of all its tasks; its row stays in the table.
 */
@SuppressWarnings("NullAway.Init") // Flink calls initializeState() first
public final class AgentRegistry extends KeyedProcessFunction<String, AgentSignal, AgentRow>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 1000;

    /** Other agents may continue the tasks of an agent that has fallen silent. */
    private static final long WITH_TASKS_MILLIS = 7 * Day.MILLIS;

    private final long keepMillis;
    private transient ValueState<AgentRow> agents;
    private transient ValueState<Boolean> dirty;
    private transient SetBack setBack;

    /**
     * @param keep time after its last event for which an agent is kept in state
     */
    public AgentRegistry(Duration keep) {
        this.keepMillis = keep.toMillis();
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
        setBack = new SetBack(context);
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
        setBack.save();
    }

    @Override
    public void open(OpenContext context) {
        agents = getRuntimeContext().getState(new ValueStateDescriptor<>("agent", AgentRow.class));
        dirty = getRuntimeContext().getState(new ValueStateDescriptor<>("dirty", Boolean.class));
    }

    @Override
    public void processElement(AgentSignal signal, Context context, Collector<AgentRow> out)
            throws Exception {
        AgentRow known = agents.value();
        AgentRow row = known == null ? first(signal) : updated(known, signal);
        agents.update(row);
        var timers = context.timerService();
        if (known == null) {
            long from = Math.max(row.lastSeen(), timers.currentWatermark());
            timers.registerEventTimeTimer(Math.max(0, from) + keepMillis);
        }
        long now = timers.currentProcessingTime();
        if (setBack.isBehind(now) || dirty.value() == null) {
            dirty.update(true);
            timers.registerProcessingTimeTimer(
                    now / INTERVAL_MILLIS * INTERVAL_MILLIS + INTERVAL_MILLIS);
        }
    }

    private static AgentRow first(AgentSignal s) {
        return AgentRowBuilder.builder()
                .agentId(s.agentId())
                .agentType(s.agentType())
                .tags(s.tags())
                .firstSeen(s.firstMillis())
                .lastSeen(s.seenMillis())
                .pending(s.pendingChange())
                .running(s.runningChange())
                .seen(1)
                .typedMillis(s.typedMillis())
                .taggedMillis(s.taggedMillis())
                .build();
    }

    private static AgentRow updated(AgentRow known, AgentSignal signal) {
        AgentSignal before =
                AgentSignalBuilder.builder()
                        .agentId(known.agentId())
                        .agentType(known.agentType())
                        .tags(known.tags())
                        .firstMillis(known.firstSeen())
                        .seenMillis(known.lastSeen())
                        .typedMillis(known.typedMillis())
                        .taggedMillis(known.taggedMillis())
                        .build();
        AgentSignal sum = AgentCombiner.sum(before, signal);
        return AgentRowBuilder.builder()
                .agentId(known.agentId())
                .agentType(sum.agentType())
                .tags(Map.copyOf(sum.tags()))
                .firstSeen(sum.firstMillis())
                .lastSeen(sum.seenMillis())
                .pending(known.pending() + signal.pendingChange())
                .running(known.running() + signal.runningChange())
                .seen(known.seen() + 1)
                .typedMillis(sum.typedMillis())
                .taggedMillis(sum.taggedMillis())
                .build();
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<AgentRow> out)
            throws Exception {
        AgentRow row = agents.value();
        if (row == null) {
            dirty.clear();
            return;
        }
        if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
            emit(row, out);
        } else if (keptUntil(row) <= time) {
            // While it catches up, the job forgets an agent before the second is over.
            if (dirty.value() != null) {
                emit(row, out);
            }
            agents.clear();
        } else {
            context.timerService().registerEventTimeTimer(keptUntil(row));
        }
    }

    private long keptUntil(AgentRow row) {
        boolean hasTasks = row.pending() != 0 || row.running() != 0;
        long keep = hasTasks ? Math.max(keepMillis, WITH_TASKS_MILLIS) : keepMillis;
        return Math.max(0, row.lastSeen()) + keep;
    }

    private void emit(AgentRow row, Collector<AgentRow> out) {
        dirty.clear();
        if (row.lastSeen() != Long.MIN_VALUE) {
            out.collect(row);
        }
    }
}
