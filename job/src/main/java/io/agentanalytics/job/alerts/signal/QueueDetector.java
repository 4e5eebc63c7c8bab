package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.state.EventTimeBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.util.Collector;

/**
 * Evaluates the rules about waiting tasks of each agent type, every ten seconds while tasks wait.
 */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class QueueDetector extends RuledFunction<QueueChange> {
    private static final long serialVersionUID = 1L;
    private transient EventTimeBuffer<QueueChange> waiting;
    private transient ValueState<QueueGauge> gauges;

    public QueueDetector(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting = EventTimeBuffer.of(getRuntimeContext(), TypeInformation.of(QueueChange.class));
        gauges =
                getRuntimeContext().getState(new ValueStateDescriptor<>("gauge", QueueGauge.class));
    }

    @Override
    public void processElement(QueueChange change, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long reached = reached(context);
        boolean late = change.paneMillis() + Pane.MILLIS <= reached;
        // A late task still waits, so it counts from now on.
        long end = (late ? Pane.startOf(reached) : change.paneMillis()) + Pane.MILLIS;
        waiting.add(
                end, context.timerService(), known -> known == null ? change : known.plus(change));
    }

    @Override
    public void onTimer(long now, OnTimerContext context, Collector<Signal> out) throws Exception {
        QueueGauge known = gauges.value();
        QueueGauge gauge = known == null ? new QueueGauge() : known;
        QueueChange change = waiting.take(now);
        gauge.add(
                now, change == null ? 0 : change.pending(), change == null ? 0 : change.started());
        Set<String> active = new HashSet<>();
        for (AlertRule rule : rules(context, AlertType.QUEUE_BACKLOG, now)) {
            active.add(rule.ruleId());
            gauge.evaluate(context.getCurrentKey(), now, rule, out::collect);
        }
        gauge.retain(active);
        // Agent types come from client events: a short-lived type must not leave state behind.
        gauges.update(gauge.isNew() ? null : gauge);
        // At the end of a bounded input, the watermark is Long.MAX_VALUE: no waiting task will
        // start.
        boolean ended = context.timerService().currentWatermark() == Long.MAX_VALUE;
        if (!gauge.isCalm() && !ended) {
            context.timerService().registerEventTimeTimer(now + Pane.MILLIS);
        }
    }
}
