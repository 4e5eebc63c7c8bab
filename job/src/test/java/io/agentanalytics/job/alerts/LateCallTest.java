package io.agentanalytics.job.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction;
import io.agentanalytics.job.alerts.signal.AgentDetectors;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.tasks.TaskAssembler;
import io.agentanalytics.job.time.ScaledClock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.operators.co.CoBroadcastWithKeyedOperator;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the event to the alert, when a task's calls come long after its ending. */
class LateCallTest {
    private static final Instant BEGINNING = Instant.parse("2026-11-25T20:25:00Z");

    private KeyedOneInputStreamOperatorTestHarness<String, SourceRecord, TallyDelta> tasks;
    private KeyedTwoInputStreamOperatorTestHarness<String, TaskOutcome, AlertRule, Signal> watch;
    private KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert> alerts;
    private int facts;
    private int signals;

    @BeforeEach
    void open() throws Exception {
        tasks = TaskHarness.open();
        watch =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new CoBroadcastWithKeyedOperator<>(
                                new AgentDetectors(List.of()), List.of(RuledFunction.RULES)),
                        TaskOutcome::agentId,
                        rule -> "",
                        Types.STRING);
        alerts =
                new KeyedTwoInputStreamOperatorTestHarness<>(
                        new KeyedCoProcessOperator<>(new LifecycleFunction(ScaledClock.REAL)),
                        signal -> "alerts",
                        control -> "alerts",
                        Types.STRING);
        watch.open();
        alerts.open();
    }

    @AfterEach
    void close() throws Exception {
        tasks.close();
        watch.close();
        alerts.close();
    }

    private void send(TaskEventBuilder event) throws Exception {
        TaskEvent e = event.build();
        tasks.processElement(new SourceRecord(e, null, 0, 0, e.timeMillis()), e.timeMillis());
        flow();
    }

    private void flow() throws Exception {
        var all = tasks.getSideOutput(TaskAssembler.FACTS);
        List<TaskOutcome> known =
                all == null ? List.of() : all.stream().map(r -> r.getValue()).toList();
        for (; facts < known.size(); facts++) {
            watch.processElement1(known.get(facts), known.get(facts).timeMillis());
        }
        List<Signal> said = watch.extractOutputValues();
        for (; signals < said.size(); signals++) {
            alerts.processElement1(said.get(signals), said.get(signals).timeMillis());
        }
    }

    /** The clock shows {@code seconds}, and event time is five seconds behind it. */
    private void time(long seconds) throws Exception {
        long clock = at(seconds).toEpochMilli();
        alerts.setProcessingTime(clock);
        tasks.processWatermark(clock - 5000);
        watch.processWatermark1(new Watermark(clock - 5000));
        watch.processWatermark2(new Watermark(clock - 5000));
        flow();
        alerts.processWatermark1(new Watermark(clock - 5000));
        alerts.processWatermark2(new Watermark(clock - 5000));
    }

    private static Instant at(long seconds) {
        return BEGINNING.plusSeconds(seconds);
    }

    private static TaskEventBuilder event(EventType type, String id, long seconds) {
        return event(type, id, seconds, "late-call-1");
    }

    private static TaskEventBuilder event(EventType type, String id, long seconds, String task) {
        return new TaskEventBuilder(type, id, at(seconds), task, "buffered");
    }

    @Test
    void anExpensiveCallThatComesAfterTheEndingIsCritical_andStays() throws Exception {
        time(18);
        send(event(EventType.TASK_COMPLETED, "e", 18).durationMillis(60_000));
        time(43);
        assertThat(alerts.extractOutputValues()).isEmpty();
        send(
                event(EventType.LLM_CALL, "c", 16)
                        .on("openai", "gpt-5")
                        .durationMillis(50_000)
                        .tokens(1000, 0, 0, 100, 0)
                        .costNanos(9_000_000_000L));
        for (int seconds = 44; seconds < 300; seconds++) {
            time(seconds);
        }
        List<Alert> emitted = alerts.extractOutputValues();
        assertThat(emitted)
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY, AlertChange.FIRES);
        Alert last = emitted.get(1);
        assertThat(last.type()).isEqualTo(AlertType.COST_SPIKE);
        assertThat(last.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(last.state()).isEqualTo(AlertState.FIRING);
        assertThat(last.evidence().value()).isEqualTo(9);
        assertThat(last.evidence().taskIds()).containsExactly("late-call-1");
        time(400);
        assertThat(alerts.extractOutputValues())
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY, AlertChange.FIRES, AlertChange.RESOLVES);
    }

    /** The row of the task counts such a call as well. */
    @Test
    void anExpensiveCallAfterTheEndingIsCritical() throws Exception {
        time(18);
        send(event(EventType.TASK_COMPLETED, "e", 18).durationMillis(60_000));
        send(call("c", 21, "late-call-1", 9));
        time(26);
        assertThat(alerts.extractOutputValues())
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY);
        for (int seconds = 27; seconds < 60; seconds++) {
            time(seconds);
        }
        assertThat(alerts.extractOutputValues())
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY, AlertChange.FIRES);
        Alert last = alerts.extractOutputValues().get(1);
        assertThat(last.type()).isEqualTo(AlertType.COST_SPIKE);
        assertThat(last.evidence().value()).isEqualTo(9);
        assertThat(last.startsAt()).isEqualTo(at(28));
    }

    private static TaskEventBuilder call(String id, long seconds, String task, double usd) {
        return event(EventType.LLM_CALL, id, seconds, task)
                .on("openai", "gpt-5")
                .tokens(1000, 0, 0, 100, 0)
                .costNanos(Math.round(usd * 1e9));
    }

    /** Events of many tasks, each with calls before and after its ending, moved by up to 5 s. */
    @Test
    void theOrderOfArrivalOfCallsAfterTheEnding_doesNotMatter() throws Exception {
        record Placed(double second, TaskEventBuilder event) {}
        List<String> expected = null;
        for (int run = 0; run < 4; run++) {
            Random random = new Random(run);
            List<Placed> placed = new ArrayList<>();
            for (int task = 0; task < 90; task++) {
                String id = "task-" + task;
                double usd = task < 60 ? 0.01 : task == 80 ? 6 : 0.5;
                List<TaskEventBuilder> events =
                        List.of(
                                call(id + "/1", task * 20L + 4, id, usd / 2),
                                event(EventType.TASK_COMPLETED, id + "/e", task * 20L + 5, id),
                                call(id + "/2", task * 20L + 7, id, usd),
                                call(id + "/3", task * 20L + 33, id, usd / 4));
                for (TaskEventBuilder e : events) {
                    long second = e.build().timeMillis() / 1000 - BEGINNING.getEpochSecond();
                    placed.add(new Placed(second + run * random.nextDouble() * 1.6, e));
                }
            }
            placed.sort(Comparator.comparingDouble(Placed::second));
            close();
            open();
            facts = 0;
            signals = 0;
            for (Placed each : placed) {
                time((long) each.second());
                send(each.event());
            }
            time(3600);
            List<String> log =
                    alerts.extractOutputValues().stream()
                            .filter(alert -> alert.revision() > 0)
                            .map(Alert::toString)
                            .toList();
            expected = expected == null ? log : expected;
            assertThat(log).isNotEmpty().isEqualTo(expected);
        }
        assertThat(String.join("", expected)).contains("costs more than usual", "limit $5.00");
    }

    @Test
    void anEndingWithoutCallsHasAnUnknownCost() throws Exception {
        send(event(EventType.TASK_COMPLETED, "e", 18).durationMillis(60_000));
        var facts = tasks.getSideOutput(TaskAssembler.FACTS);
        assertThat(facts)
                .singleElement()
                .satisfies(f -> assertThat(f.getValue().costNanos()).isNegative());
    }
}
