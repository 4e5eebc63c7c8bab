package io.agentanalytics.job.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From the event to the alert, when the success of a task is known only after its ending. */
class VerdictTest {
    private AlertHarness alerts;

    @BeforeEach
    void open() throws Exception {
        alerts = new AlertHarness();
    }

    @AfterEach
    void close() throws Exception {
        alerts.close();
    }

    private void send(EventType type, String id, long seconds, String task, boolean success)
            throws Exception {
        alerts.send(
                new TaskEventBuilder(type, id, AlertHarness.at(seconds), task, "judged")
                        .success(success));
    }

    /** Forty tasks with a verdict 15 s after the ending: thirty are good, then ten are bad. */
    private void judged(EventType ending) throws Exception {
        for (int i = 0; i < 40; i++) {
            long second = i * 60L;
            alerts.time(second);
            send(ending, "e" + i, second, "t" + i, true);
            alerts.time(second + 10);
            alerts.time(second + 15);
            send(EventType.TASK_VERDICT, "v" + i, second + 15, "t" + i, i < 30);
            alerts.time(second + 40);
        }
    }

    @ParameterizedTest
    @CsvSource({"TASK_COMPLETED, 6", "TASK_ENDED, 4"})
    void badVerdictsLowerTheSuccessRate(EventType ending, int failures) throws Exception {
        judged(ending);
        assertFires(failures);
    }

    private void assertFires(int failures) throws Exception {
        Alert first = alerts.alerts().get(0);
        assertThat(first.type()).isEqualTo(AlertType.HIGH_ERROR_RATE);
        assertThat(first.change()).isEqualTo(AlertChange.FIRES);
        assertThat(first.evidence().value()).isEqualTo(1 - failures / 10.0);
        assertThat(first.evidence().n()).isEqualTo(10);
        String newest = "t" + (29 + failures);
        assertThat(first.evidence().taskIds()).startsWith(newest).doesNotContain("t29");
    }

    /** A failure that its verdict takes back is a success. */
    @Test
    void goodVerdictsOfFailedTasksRaiseNoAlert() throws Exception {
        for (int i = 0; i < 40; i++) {
            long second = i * 60L;
            alerts.time(second);
            send(EventType.TASK_FAILED, "e" + i, second, "t" + i, false);
            send(EventType.TASK_VERDICT, "v" + i, second + 1, "t" + i, true);
            alerts.time(second + 40);
        }
        assertThat(alerts.alerts()).isEmpty();
    }

    /** An ending that the intake inferred counts once, also if the reported one comes late. */
    @Test
    void aReportedEndingAfterAnInferredOne_countsOnce() throws Exception {
        for (int i = 0; i < 40; i++) {
            long second = i * 60L;
            alerts.time(second);
            send(EventType.TASK_ENDED, "i" + i, second, "t" + i, true);
            alerts.time(second + 30);
            send(
                    i < 30 ? EventType.TASK_COMPLETED : EventType.TASK_FAILED,
                    "e" + i,
                    second + 5,
                    "t" + i,
                    true);
            alerts.time(second + 40);
        }
        assertFires(4);
    }
}
