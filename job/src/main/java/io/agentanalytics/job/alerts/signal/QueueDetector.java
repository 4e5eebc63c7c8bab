package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.QueueChange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.util.Collector;

/** The rules about the tasks that wait, by agent type; looks every ten seconds while any do. */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class QueueDetector extends RuledFunction.Watch<QueueChange> {
    private static final long serialVersionUID = 1L;
    private transient MapState<Long, QueueChange> waiting;
    private transient ValueState<QueueGauge> gauges;

    public QueueDetector(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        waiting =
                getRuntimeContext()
                        .getMapState(
                                new MapStateDescriptor<>(
                                        "waiting",
                                        Types.LONG,
                                        TypeInformation.of(QueueChange.class)));
        gauges =
                getRuntimeContext().getState(new ValueStateDescriptor<>("gauge", QueueGauge.class));
    }

    @Override
    public void processElement(QueueChange change, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        long reached = context.timerService().currentWatermark();
        long pane = change.paneMillis();
        if (pane + Pane.MILLIS <= reached) {
            // What is late still waits: it counts from now on.
            pane = Pane.startOf(reached);
        }
        QueueChange known = waiting.get(pane);
        waiting.put(
                pane,
                new QueueChange(
                        change.agentType(),
                        pane,
                        change.pending() + (known == null ? 0 : known.pending()),
                        change.started() + (known == null ? 0 : known.started())));
        context.timerService().registerEventTimeTimer(pane + Pane.MILLIS);
    }

    @Override
    public void onTimer(long now, OnTimerContext context, Collector<Signal> out) throws Exception {
        QueueGauge known = gauges.value();
        QueueGauge gauge = known == null ? new QueueGauge() : known;
        long pane = now - Pane.MILLIS;
        QueueChange change = waiting.get(pane);
        waiting.remove(pane);
        gauge.turn(
                now, change == null ? 0 : change.pending(), change == null ? 0 : change.started());
        Set<String> active = new HashSet<>();
        for (AlertRule rule : rules(context, AlertType.QUEUE_BACKLOG, now)) {
            active.add(rule.ruleId());
            gauge.look(context.getCurrentKey(), now, rule, out::collect);
        }
        gauge.retain(active);
        // Types come from outside: one that was there for a moment leaves nothing.
        gauges.update(gauge.isNew() ? null : gauge);
        // At the end of a bounded input, event time is infinite: nobody will start what waits.
        boolean ended = context.timerService().currentWatermark() == Long.MAX_VALUE;
        if (!gauge.isCalm() && !ended) {
            context.timerService().registerEventTimeTimer(now + Pane.MILLIS);
        }
    }
}
