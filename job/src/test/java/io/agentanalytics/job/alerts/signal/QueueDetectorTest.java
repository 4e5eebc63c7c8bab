package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.QueueChange;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueDetectorTest {
    private KeyedBroadcastOperatorTestHarness<String, QueueChange, AlertRule, Signal> harness;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedBroadcastOperatorTestHarness<String, QueueChange, AlertRule, Signal>
            newHarness() throws Exception {
        return DetectorHarness.of(
                new QueueDetector(List.of(AlertRule.standard(AlertType.QUEUE_BACKLOG))),
                QueueChange::agentType);
    }

    private void submitted(int pane, long pending, long started) throws Exception {
        long start = pane * Pane.MILLIS;
        harness.processElement(new QueueChange("worker", start, pending, started), start);
    }

    private void reach(int pane) throws Exception {
        harness.watermark(pane * Pane.MILLIS);
    }

    private List<SignalKind> kinds() {
        return harness.extractOutputValues().stream().map(Signal::kind).distinct().toList();
    }

    @Test
    void aQueueWithoutProgress_isRaised_alsoAfterARestart() throws Exception {
        submitted(0, 40, 0);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();
        reach(6);

        assertThat(kinds()).contains(SignalKind.RAISED, SignalKind.OBSERVED);
        assertThat(harness.extractOutputValues().get(0).evidence().value()).isEqualTo(40);
    }

    @Test
    void aBurstThatWorkersTake_isNoBacklog() throws Exception {
        submitted(0, 20, 0);
        reach(1);
        submitted(1, -20, 20);
        reach(20);

        assertThat(kinds()).doesNotContain(SignalKind.RAISED);
    }

    @Test
    void aLateChange_countsFromNowOn() throws Exception {
        submitted(0, 5, 0);
        reach(6);
        submitted(1, 40, 0);
        reach(7);

        assertThat(kinds()).contains(SignalKind.RAISED);
    }

    /** Behind the shuffle there is no watermark until all senders have sent theirs. */
    @Test
    void aLateChange_countsFromNowOn_alsoAfterARestart() throws Exception {
        submitted(0, 5, 0);
        reach(6);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();
        submitted(1, 40, 0);
        reach(7);

        assertThat(harness.extractOutputValues())
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.timeMillis()).isEqualTo(7 * Pane.MILLIS));
    }

    @Test
    void anEmptyQueue_leavesNoState() throws Exception {
        submitted(0, 40, 0);
        reach(6);
        submitted(6, -40, 40);
        reach(8);

        assertThat(kinds()).contains(SignalKind.CLEARED);
        assertThat(DetectorHarness.keyedStateEntries(harness)).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }
}
