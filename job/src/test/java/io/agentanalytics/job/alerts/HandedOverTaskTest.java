package io.agentanalytics.job.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.signal.AgentDetectors;
import io.agentanalytics.job.alerts.signal.ClockDetectors;
import io.agentanalytics.job.alerts.signal.RuledFunction;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.tasks.TaskOutputs;
import io.agentanalytics.job.time.ScaledClock;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the event to the signal, when another agent ends a task than the one that started it. */
class HandedOverTaskTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-25T20:25:00Z");

    private KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> tasks;
    private KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal> watch;
    private KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal> clocks;

    @BeforeEach
    void open() throws Exception {
        tasks = TaskHarness.open();
        watch = harness(new AgentDetectors(List.of()));
        clocks = harness(new ClockDetectors(List.of(), ScaledClock.REAL));
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal>
            harness(RuledFunction<TaskOutcome> function) throws Exception {
        var harness =
                new KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal>(
                        new CoBroadcastWithKeyedOperator<>(function, List.of(RuledFunction.RULES)),
                        TaskOutcome::agentId,
                        rule -> "",
                        Types.STRING);
        harness.open();
        return harness;
    }

    @AfterEach
    void close() throws Exception {
        tasks.close();
        watch.close();
        clocks.close();
    }

    private void send(EventType type, String task, String agent, long second) throws Exception {
        Instant at = BEGINNING.plusSeconds(second);
        TaskEvent e =
                new TaskEventBuilder(type, agent + task + type, at, task, agent)
                        .durationMillis(1000)
                        .build();
        tasks.processElement(new SourceRecord(e, null, 0, 0, e.timeMillis()), e.timeMillis());
    }

    private List<Signal> signals(AlertType type, long untilSecond) throws Exception {
        long until = BEGINNING.plusSeconds(untilSecond).toEpochMilli();
        clocks.setProcessingTime(BEGINNING.toEpochMilli());
        for (var outcome : tasks.getSideOutput(TaskOutputs.OUTCOMES)) {
            watch.processElement1(outcome.getValue(), outcome.getTimestamp());
            clocks.processElement1(outcome.getValue(), outcome.getTimestamp());
        }
        watch.processWatermark1(new Watermark(until));
        watch.processWatermark2(new Watermark(until));
        clocks.setProcessingTime(until);
        List<Signal> all = watch.extractOutputValues();
        all.addAll(clocks.extractOutputValues());
        return all.stream().filter(s -> s.rule().type() == type).toList();
    }

    /** Tasks that the opener ends, and then tasks that a worker ends. */
    private void tasks() throws Exception {
        for (int i = 0; i < 40; i++) {
            send(EventType.TASK_STARTED, "own" + i, "opener", i);
            send(EventType.TASK_COMPLETED, "own" + i, "opener", i + 1);
        }
        for (int i = 0; i < 20; i++) {
            send(EventType.TASK_STARTED, "t" + i, "opener", 50);
            send(EventType.TASK_COMPLETED, "t" + i, "worker", 60);
        }
    }

    @Test
    void itIsNotStuck() throws Exception {
        tasks();
        assertThat(signals(AlertType.STUCK_TASK, 2 * 3600)).isEmpty();
    }

    @Test
    void itIsNotSlow() throws Exception {
        tasks();
        assertThat(signals(AlertType.HIGH_RESPONSE_TIME, 200)).isEmpty();
    }

    @Test
    void oneThatDoesNotEnd_isStuckAtTheAgentThatStartedIt() throws Exception {
        send(EventType.TASK_STARTED, "t", "opener", 1);
        send(EventType.LLM_CALL, "t", "worker", 20);
        assertThat(signals(AlertType.STUCK_TASK, 3700))
                .extracting(signal -> signal.subject().agentId())
                .containsExactly("opener");
    }
}
