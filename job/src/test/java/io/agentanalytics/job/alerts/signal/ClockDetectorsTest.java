package io.agentanalytics.job.alerts.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedBroadcastOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClockDetectorsTest {
    private static final long BEGINNING = 1_795_000_000_000L;
    private static final long DAY = 86_400;
    private KeyedBroadcastOperatorTestHarness<String, TaskOutcome, AlertRule, Signal> harness;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    private static KeyedBroadcastOperatorTestHarness<String, TaskOutcome, AlertRule, Signal>
            newHarness() throws Exception {
        return DetectorHarness.of(
                new ClockDetectors(List.of(), ScaledClock.REAL), TaskOutcome::agentId);
    }

    private void restartAt(long seconds) throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        clock(seconds);
        harness.initializeState(snapshot);
        harness.open();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        clock(30 * DAY);
        assertThat(harness.numProcessingTimeTimers()).isZero();
        harness.close();
    }

    private static long at(long seconds) {
        return BEGINNING + seconds * 1000;
    }

    private void clock(long seconds) throws Exception {
        harness.setProcessingTime(at(seconds));
    }

    private void outcome(OutcomeKind kind, String task, long version, long seconds)
            throws Exception {
        outcome("a", kind, task, version, seconds);
    }

    private void outcome(String agent, OutcomeKind kind, String task, long version, long seconds)
            throws Exception {
        harness.processElement(
                TaskOutcomeBuilder.builder()
                        .kind(kind)
                        .timeMillis(at(seconds))
                        .taskId(task)
                        .version(version)
                        .agentId(agent)
                        .agentType("worker")
                        .provider("openai")
                        .rootTaskId(task)
                        .succeeded(true)
                        .error("")
                        .durationMillis(1000)
                        .costNanos(1)
                        .tokens(1)
                        .build(),
                at(seconds));
    }

    private void oneTaskPerMinute(int minutes) throws Exception {
        for (int i = 0; i <= minutes; i++) {
            clock(i * 60L);
            outcome(OutcomeKind.ENDED, "t" + i, 1, i * 60L);
        }
    }

    private List<Signal> signals(AlertType type) {
        return harness.extractOutputValues().stream().filter(s -> s.rule().type() == type).toList();
    }

    private void pass(long from, int seconds) throws Exception {
        for (int i = 1; i <= seconds; i++) {
            clock(from + i);
        }
    }

    @Test
    void silenceWhileTheJobWasStopped_isNotRaised_silenceAfterwardsIs() throws Exception {
        oneTaskPerMinute(60);
        restartAt(3600 + 1800);
        pass(3600 + 1800, 590);
        assertThat(signals(AlertType.NO_DATA)).isEmpty();
        pass(3600 + 1800 + 590, 40);
        assertThat(signals(AlertType.NO_DATA)).extracting(Signal::kind).contains(SignalKind.RAISED);
        restartAt(3600 + 3600);
        pass(3600 + 3600, 120);
        assertThat(signals(AlertType.NO_DATA))
                .extracting(Signal::kind)
                .doesNotContain(SignalKind.CLEARED, SignalKind.RAISED);
    }

    /** Works from hour 0 of the day, with more than a thousand gaps per day. */
    private void work(int day, int hours) throws Exception {
        for (long i = 0; i <= hours * 180L; i++) {
            long seconds = day * DAY + i * 20;
            clock(seconds);
            outcome(OutcomeKind.ENDED, "t" + seconds, 1, seconds);
        }
    }

    private void rest(int day, int fromHour, int toHour) throws Exception {
        for (long minute = fromHour * 60L; minute < toHour * 60L; minute++) {
            clock(day * DAY + minute * 60);
        }
    }

    private long raised() {
        return signals(AlertType.NO_DATA).stream()
                .filter(s -> s.kind() == SignalKind.RAISED)
                .count();
    }

    @Test
    void theFirstEveningIsASilence_theSecondIsUsual_andAStopByDayIsNot() throws Exception {
        work(0, 10);
        rest(0, 10, 24);
        assertThat(raised()).isEqualTo(1);
        work(1, 10);
        rest(1, 10, 24);
        assertThat(raised()).as("the second evening").isEqualTo(1);
        work(2, 5);
        pass(2 * DAY + 5 * 3600, 700);
        assertThat(raised()).as("a stop by day").isEqualTo(2);
    }

    @Test
    void anAgentThatDoesNotReturnInTheMorning_isRaised() throws Exception {
        work(0, 10);
        rest(0, 10, 24);
        work(1, 10);
        rest(1, 10, 25);
        assertThat(raised()).isEqualTo(1);
        rest(1, 25, 27);
        assertThat(raised()).isEqualTo(2);
    }

    @Test
    void noRuleApplies_toTheAgentsThatShareAnId() throws Exception {
        for (int i = 0; i <= 60; i++) {
            clock(i * 60L);
            outcome(TaskEvent.OVERFLOW, OutcomeKind.ENDED, "t" + i, 1, i * 60L);
        }
        clock(2 * 3600);
        assertThat(harness.extractOutputValues()).isEmpty();
    }

    @Test
    void silenceIsMeasuredUntilTheAgentReturns() throws Exception {
        oneTaskPerMinute(60);
        clock(3600 + 599);
        assertThat(signals(AlertType.NO_DATA)).isEmpty();
        clock(3600 + 600);
        assertThat(signals(AlertType.NO_DATA))
                .singleElement()
                .satisfies(s -> assertThat(s.evidence().value()).isEqualTo(600));
        clock(3600 + 3600);
        List<Signal> signals = signals(AlertType.NO_DATA);
        Signal last = signals.get(signals.size() - 1);
        assertThat(last.kind()).isEqualTo(SignalKind.MEASURED);
        assertThat(last.evidence().value()).isBetween(3200.0, 3600.0);
        assertThat(signals).as("at most once per minute, less often with time").hasSizeLessThan(25);
        clock(7300);
        outcome(OutcomeKind.ENDED, "back", 1, 7300);
        assertThat(signals(AlertType.NO_DATA))
                .extracting(Signal::kind)
                .endsWith(SignalKind.CLEARED);
    }

    @Test
    void aTaskWhoseStartComesAfterItsEnding_isNotStuck() throws Exception {
        outcome(OutcomeKind.ENDED, "t", 1, 10);
        outcome(OutcomeKind.STARTED, "t", 1, 5);
        clock(DAY);
        assertThat(signals(AlertType.STUCK_TASK)).isEmpty();
    }

    @Test
    void aBillIsNoSignOfLife() throws Exception {
        oneTaskPerMinute(60);
        outcome(OutcomeKind.SETTLED, "t60", 2, 3660);
        clock(3600 + 600);
        assertThat(signals(AlertType.NO_DATA)).extracting(Signal::kind).hasSize(1);
    }

    @Test
    void aTaskThatAnotherAgentEnds_isNotStuck() throws Exception {
        clock(5);
        outcome(OutcomeKind.STARTED, "t", 0, 5);
        outcome(OutcomeKind.RELEASED, "t", 2, 60);
        clock(DAY);
        assertThat(signals(AlertType.STUCK_TASK)).isEmpty();
    }

    @Test
    void anAgentThatIsForgotten_isNotKnownAgainByARelease() throws Exception {
        outcome(OutcomeKind.RELEASED, "t", 2, 60);
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void whileTheEventsOfADowntimeWait_noTaskIsStuckAndNoAgentIsSilent() throws Exception {
        oneTaskPerMinute(60);
        outcome(OutcomeKind.STARTED, "t", 0, 3601);
        restartAt(7300);
        clock(7330);
        for (int i = 3660; i < 7320; i += 60) {
            outcome(OutcomeKind.ENDED, i == 3660 ? "t" : "u" + i, 1, i);
            harness.watermark(at(i - 5));
        }
        clock(7360);
        outcome(OutcomeKind.ENDED, "live", 1, 7355);
        harness.watermark(at(7350));
        clock(7900);
        assertThat(harness.extractOutputValues()).isEmpty();
        clock(7960);
        assertThat(harness.extractOutputValues())
                .extracting(s -> s.rule().type())
                .containsExactly(AlertType.NO_DATA);
    }

    @Test
    void anAlertStays_whileTheEventsOfADowntimeWait() throws Exception {
        clock(5);
        outcome(OutcomeKind.STARTED, "t", 0, 5);
        clock(3700);
        assertThat(signals(AlertType.STUCK_TASK)).hasSize(1);
        restartAt(7200);
        outcome(OutcomeKind.ENDED, "u", 1, 3800);
        assertThat(harness.extractOutputValues()).isEmpty();
        outcome(OutcomeKind.ENDED, "t", 2, 3900);
        clock(7300);
        assertThat(signals(AlertType.STUCK_TASK))
                .extracting(Signal::kind)
                .containsExactly(SignalKind.CLEARED);
    }

    @Test
    void aTaskThatDoesNotEndIsStuck_withAGrowingDuration() throws Exception {
        clock(5);
        outcome(OutcomeKind.STARTED, "t", 0, 5);
        clock(3 * 3600);
        List<Signal> signals = signals(AlertType.STUCK_TASK);
        assertThat(signals.get(0).kind()).isEqualTo(SignalKind.RAISED);
        assertThat(signals.get(signals.size() - 1).kind()).isEqualTo(SignalKind.MEASURED);
        assertThat(signals.get(signals.size() - 1).evidence().value()).isGreaterThan(9000);
    }
}
