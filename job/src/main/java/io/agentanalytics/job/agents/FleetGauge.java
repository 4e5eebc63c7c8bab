package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/** Samples the pending and running tasks of the fleet and the current watermark every second. */
public final class FleetGauge extends KeyedProcessFunction<String, AgentSignal, ProgressRow> {
    private static final long serialVersionUID = 1L;
    private static final long INTERVAL_MILLIS = 1000;
    private transient ValueState<Long> pending;
    private transient ValueState<Long> running;

    @Override
    public void open(OpenContext context) {
        pending = getRuntimeContext().getState(new ValueStateDescriptor<>("pending", Long.class));
        running = getRuntimeContext().getState(new ValueStateDescriptor<>("running", Long.class));
    }

    @Override
    public void processElement(AgentSignal signal, Context context, Collector<ProgressRow> out)
            throws Exception {
        Long before = pending.value();
        if (before == null) {
            long now = context.timerService().currentProcessingTime();
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
