package io.agentanalytics.job.alerts;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction;
import io.agentanalytics.job.alerts.signal.AgentDetectors;
import io.agentanalytics.job.alerts.signal.RuledFunction;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.tasks.TaskOutputs;
import io.agentanalytics.job.time.ScaledClock;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** From the event to the alert: the task assembly, the rules about agents and the life cycle. */
final class AlertHarness implements AutoCloseable {
    private static final Instant BEGINNING = Instant.parse("2026-11-25T20:25:00Z");

    final KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> tasks =
            TaskHarness.open();
    private final KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal>
            watch =
                    new KeyedTwoInputStreamOperatorTestHarness<>(
                            new CoBroadcastWithKeyedOperator<>(
                                    new AgentDetectors(List.of()), List.of(RuledFunction.RULES)),
                            TaskOutcome::agentId,
                            rule -> "",
                            Types.STRING);
    private final KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert> alerts =
            new KeyedTwoInputStreamOperatorTestHarness<>(
                    new KeyedCoProcessOperator<>(new LifecycleFunction(ScaledClock.REAL)),
                    signal -> "alerts",
                    control -> "alerts",
                    Types.STRING);
    private int outcomes;
    private int signals;

    AlertHarness() throws Exception {
        watch.open();
        alerts.open();
    }

    static Instant at(long seconds) {
        return BEGINNING.plusSeconds(seconds);
    }

    void send(TaskEventBuilder event) throws Exception {
        TaskEvent e = event.build();
        tasks.processElement(new SourceRecord(e, null, 0, 0, e.timeMillis()), e.timeMillis());
        flow();
    }

    /** The clock shows {@code seconds}, and event time is five seconds behind it. */
    void time(long seconds) throws Exception {
        long clock = at(seconds).toEpochMilli();
        alerts.setProcessingTime(clock);
        tasks.processWatermark(clock - 5000);
        watch.processWatermark1(new Watermark(clock - 5000));
        watch.processWatermark2(new Watermark(clock - 5000));
        flow();
        alerts.processWatermark1(new Watermark(clock - 5000));
        alerts.processWatermark2(new Watermark(clock - 5000));
    }

    private void flow() throws Exception {
        var all = tasks.getSideOutput(TaskOutputs.OUTCOMES);
        List<TaskOutcome> known =
                all == null ? List.of() : all.stream().map(r -> r.getValue()).toList();
        for (; outcomes < known.size(); outcomes++) {
            watch.processElement1(known.get(outcomes), known.get(outcomes).timeMillis());
        }
        List<Signal> said = watch.extractOutputValues();
        for (; signals < said.size(); signals++) {
            alerts.processElement1(said.get(signals), said.get(signals).timeMillis());
        }
    }

    List<Alert> alerts() {
        return alerts.extractOutputValues();
    }

    @Override
    public void close() throws Exception {
        tasks.close();
        watch.close();
        alerts.close();
    }
}
