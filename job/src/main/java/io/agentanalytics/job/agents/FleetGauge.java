package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.state.SetBack;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Samples the pending and running tasks of the fleet and the current watermark every second. */
@SuppressWarnings("NullAway.Init") // Flink calls initializeState() first
public final class FleetGauge extends KeyedProcessFunction<String, AgentSignal, ProgressRow>
        implements CheckpointedFunction {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 1000;
    private transient ValueState<Long> pending;
    private transient ValueState<Long> running;
    private transient SetBack setBack;

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
        pending = getRuntimeContext().getState(new ValueStateDescriptor<>("pending", Long.class));
        running = getRuntimeContext().getState(new ValueStateDescriptor<>("running", Long.class));
    }

    @Override
    public void processElement(AgentSignal signal, Context context, Collector<ProgressRow> out)
            throws Exception {
        Long before = pending.value();
        long now = context.timerService().currentProcessingTime();
        if (setBack.isBehind(now) || before == null) {
            context.timerService()
                    .registerProcessingTimeTimer(
                            now / INTERVAL_MILLIS * INTERVAL_MILLIS + INTERVAL_MILLIS);
        }
        pending.update((before == null ? 0 : before) + signal.pendingChange());
        Long run = running.value();
        running.update((run == null ? 0 : run) + signal.runningChange());
    }

    @Override
    public void onTimer(long time, OnTimerContext context, Collector<ProgressRow> out)
            throws Exception {
        // Uses the current time, not the timer's, so that seconds missed in an outage are skipped.
        long now =
                context.timerService().currentProcessingTime() / INTERVAL_MILLIS * INTERVAL_MILLIS;
        long reached = context.timerService().currentWatermark();
        out.collect(
                new ProgressRow(
                        now,
                        reached == Long.MIN_VALUE ? null : reached,
                        pending.value(),
                        running.value()));
        context.timerService().registerProcessingTimeTimer(now + INTERVAL_MILLIS);
    }
}
