package io.agentanalytics.job.alerts.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each pattern: what it matches, what it does not quite match, and that no state is left. */
class PatternsTest {
    private static final long BEGINNING = 1_767_600_000_000L;
    private static final Subject AGENT = Subject.agent("planner", "worker", "openai");

    private KeyedOneInputStreamOperatorTestHarness<String, Signal, Signal> harness;
    private SignalPattern pattern;

    private void of(SignalPattern wanted) throws Exception {
        pattern = wanted;
        harness = harnessOf(wanted);
        harness.open();
    }

    /** Returns a harness of the operator in the topology. */
    @SuppressWarnings("unchecked")
    private static KeyedOneInputStreamOperatorTestHarness<String, Signal, Signal> harnessOf(
            SignalPattern pattern) throws Exception {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        var signals = env.fromCollection(List.<Signal>of(), TypeInformation.of(Signal.class));
        var transformation =
                Patterns.over(signals).getTransformation().getTransitivePredecessors().stream()
                        .filter(each -> pattern.uid().equals(each.getUid()))
                        .findFirst()
                        .orElseThrow();
        return new KeyedOneInputStreamOperatorTestHarness<>(
                ((OneInputTransformation<Signal, Signal>) transformation).getOperatorFactory(),
                Signal::key,
                Types.STRING);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        harness.processWatermark(new Watermark(at(1_000_000)));
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
        harness.close();
    }

    private static long at(long seconds) {
        return BEGINNING + seconds * 1000;
    }

    private static Signal signal(SignalKind kind, AlertType type, Subject subject, long seconds) {
        Evidence evidence =
                Evidence.of("x")
                        .value(1.0)
                        .score(1.0)
                        .n(1)
                        .taskIds(List.of("task-" + seconds))
                        .build();
        AlertRule rule = AlertRule.standard(type);
        return new Signal(kind, at(seconds), rule, rule.severity(), subject, evidence, false);
    }

    private void send(Signal... signals) throws Exception {
        for (Signal signal : signals) {
            assertThat(pattern.concerns(signal)).isTrue();
            harness.processElement(new StreamRecord<>(signal, signal.timeMillis()));
        }
    }

    private List<Signal> found(long untilSeconds) throws Exception {
        harness.processWatermark(new Watermark(at(untilSeconds)));
        return found();
    }

    private List<Signal> found() {
        List<Signal> found = new ArrayList<>(harness.extractOutputValues());
        found.addAll(side(UnattendedBacklog.UNATTENDED));
        return found;
    }

    private List<Signal> side(OutputTag<Signal> tag) {
        var records = harness.getSideOutput(tag);
        return records == null ? List.of() : records.stream().map(r -> r.getValue()).toList();
    }

    private static Signal spike(long seconds) {
        return signal(SignalKind.OBSERVED, AlertType.REPEATED_COST_SPIKES, AGENT, seconds);
    }

    @Test
    void threeCostSpikesInHalfAnHourAreOneAlert() throws Exception {
        of(new RepeatedCostSpikes());
        send(spike(0), spike(600), spike(1700));
        assertThat(found(5000))
                .singleElement()
                .satisfies(
                        s -> {
                            assertThat(s.kind()).isEqualTo(SignalKind.HAPPENED);
                            assertThat(s.timeMillis()).isEqualTo(at(1700));
                            assertThat(s.evidence().taskIds())
                                    .containsExactly("task-1700", "task-600", "task-0");
                        });
    }

    @Test
    void fiveCostSpikesAreOneAlertAndAnIncompleteOne() throws Exception {
        of(new RepeatedCostSpikes());
        send(spike(0), spike(10), spike(20), spike(30), spike(40));
        assertThat(found(5000)).hasSize(1);
    }

    @Test
    void threeCostSpikesInMoreThanHalfAnHourAreNoAlert() throws Exception {
        of(new RepeatedCostSpikes());
        send(spike(0), spike(600), spike(1801));
        assertThat(found(5000)).isEmpty();
    }

    @Test
    void aSignalBehindTheWatermarkIsInNoMatch_andIsCountedAsLate() throws Exception {
        of(new RepeatedCostSpikes());
        send(spike(0), spike(600));
        harness.processWatermark(new Watermark(at(700)));
        send(spike(650), spike(700));
        assertThat(found(5000)).isEmpty();
        assertThat(side(new OutputTag<>("late-signals") {}))
                .containsExactly(spike(650), spike(700));
    }

    @Test
    void spikesOfThreeAgentsAreNoAlert() throws Exception {
        of(new RepeatedCostSpikes());
        for (String agent : List.of("a", "b", "c")) {
            send(
                    signal(
                            SignalKind.OBSERVED,
                            AlertType.REPEATED_COST_SPIKES,
                            Subject.agent(agent, "worker", ""),
                            1));
        }
        assertThat(found(5000)).isEmpty();
    }

    private static Signal ended(long seconds, boolean failed) {
        Subject line = new Subject(AlertScope.TASK_LINE, "root", "planner", "worker", "openai");
        SignalKind kind = failed ? SignalKind.OBSERVED : SignalKind.INTERRUPTED;
        return signal(kind, AlertType.RUNAWAY_AGENT, line, seconds);
    }

    @Test
    void fiveFailuresOfALineInARowAreARunawayAgent() throws Exception {
        of(new RunawayAgent());
        for (int i = 0; i < 5; i++) {
            send(ended(i * 100L, true));
        }
        assertThat(found(5000))
                .singleElement()
                .satisfies(s -> assertThat(s.evidence().value()).isEqualTo(5));
    }

    @Test
    void aSuccessAmongFiveFailuresBreaksTheRow() throws Exception {
        of(new RunawayAgent());
        send(ended(0, true), ended(1, true), ended(2, true), ended(3, false));
        send(ended(4, true), ended(5, true));
        assertThat(found(5000)).isEmpty();
    }

    @Test
    void fiveFailuresInMoreThanTenMinutesAreNoAlert() throws Exception {
        of(new RunawayAgent());
        for (int i = 0; i < 5; i++) {
            send(ended(i * 151L, true));
        }
        assertThat(found(5000)).isEmpty();
    }

    private static Signal badPane(long seconds) {
        return signal(
                SignalKind.OBSERVED,
                AlertType.PROVIDER_ERROR_BURST,
                Subject.provider("openai"),
                seconds);
    }

    @Test
    void threeBadPanesInARowAreABurst() throws Exception {
        of(new ProviderErrorBurst());
        send(badPane(0), badPane(10), badPane(20));
        assertThat(found(100)).hasSize(1);
    }

    @Test
    void aGoodPaneBetweenBadOnesIsNoBurst() throws Exception {
        of(new ProviderErrorBurst());
        send(badPane(0), badPane(10), badPane(30), badPane(40));
        assertThat(found(100)).isEmpty();
    }

    private static Signal errors(SignalKind kind, long seconds) {
        return signal(kind, AlertType.HIGH_ERROR_RATE, AGENT, seconds);
    }

    @Test
    void anAlertThatWorsensBeforeItEndsIsCritical() throws Exception {
        of(new Escalation());
        send(errors(SignalKind.RAISED, 0), errors(SignalKind.WORSENED, 300));
        assertThat(found(100_000))
                .singleElement()
                .satisfies(
                        s -> {
                            assertThat(s.kind()).isEqualTo(SignalKind.ESCALATED);
                            assertThat(s.severity()).isEqualTo(Severity.CRITICAL);
                        });
    }

    @Test
    void anAlertThatEndedBeforeItWorsenedIsNotCritical() throws Exception {
        of(new Escalation());
        send(
                errors(SignalKind.RAISED, 0),
                errors(SignalKind.CLEARED, 100),
                errors(SignalKind.WORSENED, 300));
        assertThat(found(100_000)).isEmpty();
    }

    private static Signal queue(boolean waits, long seconds) {
        return signal(
                waits ? SignalKind.OBSERVED : SignalKind.INTERRUPTED,
                AlertType.QUEUE_BACKLOG,
                Subject.agentType("worker"),
                seconds);
    }

    @Test
    void aQueueWithoutProgressForAMinuteIsCritical() throws Exception {
        of(new UnattendedBacklog());
        send(queue(true, 0));
        assertThat(found(59)).isEmpty();
        assertThat(found(61))
                .singleElement()
                .satisfies(
                        s -> {
                            assertThat(s.severity()).isEqualTo(Severity.CRITICAL);
                            assertThat(s.timeMillis()).isEqualTo(at(60));
                        });
    }

    @Test
    void aQueueWithProgressIsNotCritical() throws Exception {
        of(new UnattendedBacklog());
        send(queue(true, 0), queue(false, 50));
        assertThat(found(500)).isEmpty();
    }

    /** A pattern, signals for it, and the number of alerts. */
    static Stream<Arguments> sequences() {
        return Stream.of(
                sequence(new RepeatedCostSpikes(), 1, spike(0), spike(600), spike(1700)),
                sequence(new RepeatedCostSpikes(), 0, spike(0), spike(600), spike(1801)),
                sequence(new RunawayAgent(), 1, line("FFFFF")),
                sequence(new RunawayAgent(), 0, line("FFFSFF")),
                sequence(new ProviderErrorBurst(), 1, badPane(0), badPane(10), badPane(20)),
                sequence(new ProviderErrorBurst(), 0, badPane(0), badPane(10), badPane(30)),
                sequence(
                        new Escalation(),
                        1,
                        errors(SignalKind.RAISED, 0),
                        errors(SignalKind.WORSENED, 300)),
                sequence(
                        new Escalation(),
                        0,
                        errors(SignalKind.RAISED, 0),
                        errors(SignalKind.CLEARED, 100),
                        errors(SignalKind.WORSENED, 300)),
                sequence(new UnattendedBacklog(), 1, queue(true, 0)),
                sequence(new UnattendedBacklog(), 0, queue(true, 0), queue(false, 50)));
    }

    private static Arguments sequence(SignalPattern pattern, int alerts, Signal... signals) {
        return arguments(named(pattern.uid(), pattern), alerts, List.of(signals));
    }

    /** Returns the ends of tasks of a line: F for a failure, S for a success. */
    private static Signal[] line(String ends) {
        Signal[] signals = new Signal[ends.length()];
        for (int i = 0; i < signals.length; i++) {
            signals[i] = ended(i * 100L, ends.charAt(i) == 'F');
        }
        return signals;
    }

    @ParameterizedTest
    @MethodSource("sequences")
    void restartsAfterEachSignalChangeNoAlert(
            SignalPattern wanted, int alerts, List<Signal> signals) throws Exception {
        assertThat(withRestarts(wanted, signals, true)).as("applied").hasSize(alerts);
        nothingIsLeft();
        assertThat(withRestarts(wanted, signals, false)).as("not yet applied").hasSize(alerts);
    }

    /**
     * Returns the alerts of all runs.
     *
     * @param applied true if the watermark reaches each signal before the restart
     */
    private List<Signal> withRestarts(SignalPattern wanted, List<Signal> signals, boolean applied)
            throws Exception {
        List<Signal> found = new ArrayList<>();
        of(wanted);
        for (Signal signal : signals) {
            send(signal);
            if (applied) {
                harness.processWatermark(new Watermark(signal.timeMillis()));
            }
            found.addAll(found());
            restart();
        }
        found.addAll(found(100_000));
        return found;
    }

    private void restart() throws Exception {
        var snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harnessOf(pattern);
        harness.initializeState(snapshot);
        harness.open();
    }
}
