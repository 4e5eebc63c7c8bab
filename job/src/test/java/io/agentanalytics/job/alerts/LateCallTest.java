package io.agentanalytics.job.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.tasks.TaskOutputs;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the event to the alert, when a task's calls come long after its ending. */
class LateCallTest {
    private AlertHarness alerts;

    @BeforeEach
    void open() throws Exception {
        alerts = new AlertHarness();
    }

    @AfterEach
    void close() throws Exception {
        alerts.close();
    }

    private static TaskEventBuilder event(EventType type, String id, long seconds) {
        return event(type, id, seconds, "late-call-1");
    }

    private static TaskEventBuilder event(EventType type, String id, long seconds, String task) {
        return new TaskEventBuilder(type, id, AlertHarness.at(seconds), task, "buffered");
    }

    @Test
    void anExpensiveCallThatComesAfterTheEndingIsCritical_andStays() throws Exception {
        alerts.time(18);
        alerts.send(event(EventType.TASK_COMPLETED, "e", 18).durationMillis(60_000));
        alerts.time(43);
        assertThat(alerts.alerts()).isEmpty();
        alerts.send(
                event(EventType.LLM_CALL, "c", 16)
                        .on("openai", "gpt-5")
                        .durationMillis(50_000)
                        .tokens(1000, 0, 0, 100, 0)
                        .costNanos(9_000_000_000L));
        for (int seconds = 44; seconds < 300; seconds++) {
            alerts.time(seconds);
        }
        List<Alert> emitted = alerts.alerts();
        assertThat(emitted)
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY, AlertChange.FIRES);
        Alert last = emitted.get(1);
        assertThat(last.type()).isEqualTo(AlertType.COST_SPIKE);
        assertThat(last.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(last.state()).isEqualTo(AlertState.FIRING);
        assertThat(last.evidence().value()).isEqualTo(9);
        assertThat(last.evidence().taskIds()).containsExactly("late-call-1");
        alerts.time(400);
        assertThat(alerts.alerts())
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY, AlertChange.FIRES, AlertChange.RESOLVES);
    }

    /** The row of the task counts such a call as well. */
    @Test
    void anExpensiveCallAfterTheEndingIsCritical() throws Exception {
        alerts.time(18);
        alerts.send(event(EventType.TASK_COMPLETED, "e", 18).durationMillis(60_000));
        alerts.send(call("c", 21, "late-call-1", 9));
        alerts.time(26);
        assertThat(alerts.alerts()).extracting(Alert::change).containsExactly(AlertChange.EARLY);
        for (int seconds = 27; seconds < 60; seconds++) {
            alerts.time(seconds);
        }
        assertThat(alerts.alerts())
                .extracting(Alert::change)
                .containsExactly(AlertChange.EARLY, AlertChange.FIRES);
        Alert last = alerts.alerts().get(1);
        assertThat(last.type()).isEqualTo(AlertType.COST_SPIKE);
        assertThat(last.evidence().value()).isEqualTo(9);
        assertThat(last.startsAt()).isEqualTo(AlertHarness.at(28));
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
                    long second =
                            e.build().timeMillis() / 1000 - AlertHarness.at(0).getEpochSecond();
                    placed.add(new Placed(second + run * random.nextDouble() * 1.6, e));
                }
            }
            placed.sort(Comparator.comparingDouble(Placed::second));
            close();
            open();
            for (Placed each : placed) {
                alerts.time((long) each.second());
                alerts.send(each.event());
            }
            alerts.time(3600);
            List<String> log =
                    alerts.alerts().stream()
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
        alerts.send(event(EventType.TASK_COMPLETED, "e", 18).durationMillis(60_000));
        var outcomes = alerts.tasks.getSideOutput(TaskOutputs.OUTCOMES);
        assertThat(outcomes)
                .singleElement()
                .satisfies(f -> assertThat(f.getValue().costNanos()).isNegative());
    }
}
