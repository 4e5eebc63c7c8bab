package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertCommand;
import io.agentanalytics.contract.alerts.AlertCommandKind;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertRuleBuilder;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.time.ScaledClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.memory.MemCheckpointStreamFactory;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFinalizer;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LifecycleFunctionTest {
    private static final long BEGINNING = 1_767_600_000_000L;
    private static final long DAY = 86_400;
    private static final Subject AGENT = Subject.agent("planner", "worker", "openai");
    private static final Subject OPENAI = Subject.provider("openai");

    private KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert> harness;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert>
            newHarness() throws Exception {
        return newHarness(ScaledClock.REAL);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert>
            newHarness(ScaledClock clock) throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new LifecycleFunction(clock)),
                signal -> "alerts",
                control -> "alerts",
                Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static long at(long seconds) {
        return BEGINNING + seconds * 1000;
    }

    private void time(long seconds) throws Exception {
        harness.processWatermark1(new Watermark(at(seconds)));
        harness.processWatermark2(new Watermark(at(seconds)));
    }

    private void send(SignalKind kind, AlertType type, Subject subject, long seconds)
            throws Exception {
        AlertRule rule = AlertRule.standard(type);
        Signal signal =
                new Signal(kind, at(seconds), rule, rule.severity(), subject, Evidence.NONE, false);
        send(kind == SignalKind.ESCALATED ? signal.at(Severity.CRITICAL) : signal);
    }

    private void send(Signal signal) throws Exception {
        harness.processElement1(signal, signal.timeMillis());
    }

    private void fails(long seconds) throws Exception {
        send(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, seconds);
    }

    private List<String> changes() {
        return harness.extractOutputValues().stream()
                .map(a -> a.subject() + " " + a.change().wireName())
                .toList();
    }

    private Alert last() {
        List<Alert> alerts = harness.extractOutputValues();
        return alerts.get(alerts.size() - 1);
    }

    private List<String> notifications() {
        var records = harness.getSideOutput(LifecycleFunction.NOTIFICATIONS);
        return records == null
                ? List.of()
                : records.stream()
                        .map(r -> r.getValue())
                        .map(
                                n ->
                                        n.group()
                                                + " "
                                                + n.kind().wireName()
                                                + " "
                                                + n.severity().wireName())
                        .toList();
    }

    @Test
    void signalsAreAppliedInEventTimeOrder_regardlessOfTheirArrival() throws Exception {
        send(SignalKind.CLEARED, AlertType.HIGH_ERROR_RATE, AGENT, 20);
        fails(10);
        assertThat(changes()).isEmpty();
        time(1000);
        assertThat(changes())
                .containsExactly("planner fires", "planner recovers", "planner resolves");
    }

    @Test
    void everyEpisodeHasItsOwnId_alsoAfterARestore() throws Exception {
        fails(10);
        send(SignalKind.CLEARED, AlertType.HIGH_ERROR_RATE, AGENT, 20);
        time(1000);
        String first = last().alertId();
        restore(harness.snapshot(1, 1));
        fails(2000);
        time(2001);
        assertThat(last().alertId()).isNotEqualTo(first).startsWith(last().fingerprint());
        assertThat(first).startsWith(last().fingerprint());
    }

    @Test
    void anOpenAlertContinuesAfterARestore() throws Exception {
        fails(10);
        time(11);
        restore(harness.snapshot(1, 1));
        send(SignalKind.CLEARED, AlertType.HIGH_ERROR_RATE, AGENT, 20);
        time(1000);
        assertThat(changes()).containsExactly("planner recovers", "planner resolves");
        assertThat(last().revision()).isEqualTo(3);
    }

    @Test
    void aSnapshotContainsNoLaterChange_alsoIfItIsWrittenAfterwards() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        time(60);
        OperatorSnapshotFutures snapshot =
                harness.getOperator()
                        .snapshotState(
                                1,
                                1,
                                CheckpointOptions.forCheckpointWithDefaultLocation(),
                                new MemCheckpointStreamFactory(1 << 20));
        send(SignalKind.CLEARED, AlertType.PROVIDER_ISSUES, OPENAI, 100);
        time(1000);
        List<String> changes = changes();
        List<String> notifications = notifications();
        assertThat(changes).endsWith("openai recovers", "openai resolves");

        restore(OperatorSnapshotFinalizer.create(snapshot).getJobManagerOwnedState());
        send(SignalKind.CLEARED, AlertType.PROVIDER_ISSUES, OPENAI, 100);
        time(1000);

        assertThat(changes()).isEqualTo(changes.subList(2, changes.size()));
        assertThat(notifications()).isEqualTo(notifications.subList(1, notifications.size()));
    }

    private void restore(OperatorSubtaskState snapshot) throws Exception {
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
    }

    @Test
    void anEarlyNoticeHasTheIdOfItsAlert_andIsSentOnce() throws Exception {
        send(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 10);
        send(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 9);
        Alert early = last();
        assertThat(early.revision()).isZero();
        send(SignalKind.RAISED, AlertType.PROVIDER_QUOTA, OPENAI, 20);
        time(21);
        assertThat(changes()).containsExactly("openai early", "openai fires");
        assertThat(last().alertId()).isEqualTo(early.alertId());
        assertThat(notifications()).containsExactly("provider/openai page critical");
    }

    @Test
    void alertsOfAgentsOnAFailingProvider_areInhibitedByItsAlert() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        time(60);
        String cause = last().alertId();
        fails(100);
        time(101);
        assertThat(last().inhibitedBy()).isEqualTo(cause);
        assertThat(notifications()).containsExactly("provider/openai page warning");
    }

    @Test
    void anAlertThatFiredShortlyBeforeItsProvider_isInhibitedToo() throws Exception {
        fails(10);
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 60);
        time(100);
        assertThat(changes())
                .containsExactly(
                        "planner fires", "openai pending", "openai fires", "planner inhibited");
    }

    @Test
    void anAlertThatOutlastsThatOfItsProvider_isReleased() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        time(60);
        fails(100);
        send(SignalKind.CLEARED, AlertType.PROVIDER_ISSUES, OPENAI, 200);
        time(321);
        assertThat(changes()).doesNotContain("planner released");
        time(1000);
        assertThat(changes()).endsWith("planner released");
        assertThat(last().inhibitedBy()).isNull();
    }

    @Test
    void anAlertIsReleased_whenThatOfItsProviderIsWithdrawn() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        send(SignalKind.ESCALATED, AlertType.HIGH_ERROR_RATE, AGENT, 20);
        time(21);
        assertThat(last().inhibitedBy()).isNotNull();
        assertThat(notifications()).isEmpty();
        send(SignalKind.CLEARED, AlertType.PROVIDER_ISSUES, OPENAI, 30);
        time(31);
        assertThat(changes())
                .containsExactly(
                        "openai pending", "planner fires", "openai withdrawn", "planner released");
        assertThat(last().inhibitedBy()).isNull();
        assertThat(notifications()).containsExactly("agents/high_error_rate page critical");
    }

    @Test
    void warningsOfAgentsWaitForTheDigest_criticalOnesDoNot() throws Exception {
        fails(10);
        time(11);
        assertThat(notifications()).isEmpty();
        time(3601);
        assertThat(notifications()).containsExactly("digest digest warning");
        send(SignalKind.ESCALATED, AlertType.HIGH_ERROR_RATE, AGENT, 3700);
        time(3701);
        assertThat(notifications()).endsWith("agents/high_error_rate page critical");
    }

    @Test
    void sixtyCriticalAgentsAreTwoMessages() throws Exception {
        for (int i = 0; i < 60; i++) {
            Subject agent = Subject.agent("agent-" + i, "worker", "");
            send(SignalKind.ESCALATED, AlertType.HIGH_ERROR_RATE, agent, 10 + i);
        }
        time(1000);
        assertThat(notifications())
                .containsExactly(
                        "agents/high_error_rate page critical",
                        "agents/high_error_rate page critical");
    }

    @Test
    void alertsOfTheFleetAreGroupedByRule() throws Exception {
        send(SignalKind.ESCALATED, AlertType.COST_THRESHOLD, Subject.FLEET, 10);
        send(SignalKind.ESCALATED, AlertType.WEIGHTS_STALE, Subject.FLEET, 20);
        time(30);
        assertThat(notifications())
                .containsExactly(
                        "fleet/fleet/cost_threshold page critical",
                        "fleet/fleet/weights_stale page critical");
    }

    @Test
    void aSecondCriticalAlert_isSentWhileAWarningOfItsProviderIsOpen() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_SATURATED, OPENAI, 10);
        send(SignalKind.RAISED, AlertType.PROVIDER_QUOTA, OPENAI, 100);
        send(SignalKind.CLEARED, AlertType.PROVIDER_QUOTA, OPENAI, 200);
        send(SignalKind.RAISED, AlertType.PROVIDER_QUOTA, OPENAI, 1000);
        send(SignalKind.CLEARED, AlertType.PROVIDER_QUOTA, OPENAI, 1100);
        send(SignalKind.CLEARED, AlertType.PROVIDER_SATURATED, OPENAI, 2000);
        time(3000);
        assertThat(notifications())
                .as("recipients of a critical alert are notified of its end")
                .containsExactly(
                        "provider/openai page warning",
                        "provider/openai page critical",
                        "provider/openai page critical",
                        "provider/openai resolved critical");
    }

    @Test
    void furtherAlertsOfAProvider_areSentWithinFiveMinutes() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_QUOTA, OPENAI, 10);
        send(SignalKind.RAISED, AlertType.PROVIDER_AUTH, OPENAI, 20);
        send(SignalKind.RAISED, AlertType.PROVIDER_SATURATED, OPENAI, 30);
        time(309);
        assertThat(notifications()).hasSize(1);
        time(310);
        assertThat(notifications())
                .containsExactly("provider/openai page critical", "provider/openai page critical");
        assertThat(notification(1).alertIds()).hasSize(2);
    }

    private void critical(String agent, long seconds) throws Exception {
        Subject subject = Subject.agent(agent, "worker", "");
        send(SignalKind.ESCALATED, AlertType.HIGH_ERROR_RATE, subject, seconds);
    }

    private void clock(long seconds) throws Exception {
        harness.setProcessingTime(at(seconds));
    }

    @Test
    void theSecondAlertOfAGroup_isSentWithinFiveMinutes_withoutEvents() throws Exception {
        clock(15);
        critical("first", 10);
        critical("second", 11);
        time(12);
        assertThat(notifications()).hasSize(1);
        clock(313);
        assertThat(notifications()).hasSize(1);
        clock(315);
        assertThat(notifications())
                .containsExactly(
                        "agents/high_error_rate page critical",
                        "agents/high_error_rate page critical");
        assertThat(notification(1).at())
                .as("event time, not the clock")
                .isEqualTo(Instant.ofEpochMilli(at(310)));
        time(1000);
        assertThat(notifications()).as("once").hasSize(2);
    }

    @Test
    void waitingNotificationsAreSentAfterARestore() throws Exception {
        clock(15);
        critical("first", 10);
        critical("second", 11);
        time(12);
        restore(harness.snapshot(1, 1));
        clock(320);
        assertThat(notifications()).hasSize(1);
    }

    @Test
    void anAlertThatWasSilencedBeforeItWasSent_isSentAfterwards() throws Exception {
        critical("first", 10);
        critical("second", 11);
        command(silence("s1", Map.of("agent_id", "second"), 500), 12);
        time(400);
        assertThat(notifications()).hasSize(1);
        harness.setProcessingTime(at(501));
        time(900);
        assertThat(notifications()).hasSize(2);
        assertThat(notification(1).alertIds().get(0)).isEqualTo(last().alertId());
    }

    @Test
    void theDigestIsSentByTheClockToo() throws Exception {
        clock(15);
        fails(10);
        time(11);
        clock(3604);
        assertThat(notifications()).isEmpty();
        clock(3606);
        assertThat(notifications()).containsExactly("digest digest warning");
    }

    @Test
    void aSymptomLeavesTheDigest() throws Exception {
        fails(10);
        time(11);
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 60);
        time(3700);
        assertThat(notifications()).containsExactly("provider/openai page warning");
    }

    private Notification notification(int i) {
        return harness.getSideOutput(LifecycleFunction.NOTIFICATIONS).stream()
                .map(r -> r.getValue())
                .toList()
                .get(i);
    }

    private void value(SignalKind kind, AlertType type, Subject subject, long at, double value)
            throws Exception {
        AlertRule rule = AlertRule.standard(type);
        Evidence evidence =
                Evidence.of("share").value(value).threshold(0.2).n(50).windowSeconds(180).build();
        send(new Signal(kind, at(at), rule, rule.severity(), subject, evidence, false));
    }

    @Test
    void anAlertHasItsValueAtFiring_thePresentOne_andThePeak() throws Exception {
        value(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10, .4);
        time(50);
        assertThat(last().valueAtFiring()).isEqualTo(.4);
        value(SignalKind.MEASURED, AlertType.PROVIDER_ISSUES, OPENAI, 60, .6); // too soon
        value(SignalKind.MEASURED, AlertType.PROVIDER_ISSUES, OPENAI, 80, .97);
        value(SignalKind.MEASURED, AlertType.PROVIDER_ISSUES, OPENAI, 120, .97); // unchanged
        time(130);
        assertThat(changes()).containsExactly("openai pending", "openai fires", "openai measured");
        assertThat(last().isTransition()).isFalse();
        assertThat(last().revision()).isEqualTo(2);
        assertThat(last().updatedAt()).isEqualTo(Instant.ofEpochMilli(at(40)));
        assertThat(last().evidence().value()).as("as of its transition").isEqualTo(.4);
        assertThat(last().valueNow()).isEqualTo(.97);
        assertThat(last().valueNowAt()).isEqualTo(Instant.ofEpochMilli(at(80)));
        value(SignalKind.CLEARED, AlertType.PROVIDER_ISSUES, OPENAI, 200, .1);
        time(201);
        assertThat(last().description()).contains("10 %");
        value(SignalKind.MEASURED, AlertType.PROVIDER_ISSUES, OPENAI, 290, .02);
        time(1000);
        assertThat(last().change()).isEqualTo(AlertChange.RESOLVES);
        assertThat(last().description()).contains("2 %");
        assertThat(last().evidence().value()).isEqualTo(.02);
        assertThat(last().valueAtFiring()).isEqualTo(.4);
        assertThat(last().valuePeak()).isEqualTo(.97);
        assertThat(notifications())
                .containsExactly(
                        "provider/openai page warning", "provider/openai resolved warning");
    }

    @Test
    void aValueThatChangedWithinThePause_isWrittenAfterIt() throws Exception {
        value(SignalKind.RAISED, AlertType.PROVIDER_QUOTA, OPENAI, 10, .4);
        value(SignalKind.MEASURED, AlertType.PROVIDER_QUOTA, OPENAI, 20, .8);
        value(SignalKind.MEASURED, AlertType.PROVIDER_QUOTA, OPENAI, 45, .8);
        value(SignalKind.MEASURED, AlertType.PROVIDER_QUOTA, OPENAI, 80, .8);
        time(81);
        assertThat(changes()).containsExactly("openai fires", "openai measured");
        assertThat(last().valueNow()).isEqualTo(.8);
    }

    @Test
    void theLowestSuccessRateIsThePeak() throws Exception {
        value(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, 10, .5);
        value(SignalKind.MEASURED, AlertType.HIGH_ERROR_RATE, AGENT, 60, .1);
        value(SignalKind.MEASURED, AlertType.HIGH_ERROR_RATE, AGENT, 100, .6);
        time(101);
        assertThat(last().valuePeak()).isEqualTo(.1);
        assertThat(last().valueNow()).isEqualTo(.6);
    }

    @Test
    void anAgentThatStopped_isResolvedWithoutAValue() throws Exception {
        value(SignalKind.RAISED, AlertType.HIGH_ERROR_RATE, AGENT, 10, .5);
        send(SignalKind.CLEARED, AlertType.HIGH_ERROR_RATE, AGENT, 60);
        time(1000);
        assertThat(last().valueNow()).isNull();
        assertThat(last().description()).contains("no new data").doesNotContain("50 %");
    }

    private void failover(SignalKind kind, AlertRule rule, long seconds) throws Exception {
        clock(seconds);
        Evidence evidence =
                Evidence.of("share")
                        .value(.11)
                        .threshold(.1)
                        .baseline(0.0)
                        .n(40)
                        .windowSeconds(60)
                        .build();
        send(new Signal(kind, at(seconds), rule, rule.severity(), OPENAI, evidence, true));
    }

    private static AlertRule kept(AlertType type, double keepSeconds) {
        AlertRule r = AlertRule.standard(type);
        return AlertRuleBuilder.builder()
                .ruleId(r.ruleId())
                .type(type)
                .version(1)
                .enabled(true)
                .severity(r.severity())
                .keepSeconds(keepSeconds)
                .sinceMillis(0)
                .build();
    }

    private long alertIds() {
        return harness.extractOutputValues().stream().map(Alert::alertId).distinct().count();
    }

    @Test
    void twelveFailedFailoversIn42MinutesAreOneAlertThatFlaps() throws Exception {
        AlertRule rule = AlertRule.standard(AlertType.FAILED_FAILOVER);
        for (int i = 0; i < 12; i++) {
            failover(SignalKind.RAISED, rule, i * 220L);
            failover(SignalKind.CLEARED, rule, i * 220L + 30);
        }
        assertThat(alertIds()).isEqualTo(1);
        assertThat(last().flapping()).isTrue();
        assertThat(notifications()).containsExactly("provider/openai page critical");
        clock(11 * 220 + 1799);
        assertThat(changes()).doesNotContain("openai resolves");
        clock(11 * 220 + 1801);
        assertThat(changes()).endsWith("openai resolves");
        assertThat(notifications()).hasSize(2);
    }

    @Test
    void flappingIsDetected_forRulesWithoutAKeepTime() throws Exception {
        for (boolean byClock : List.of(true, false)) {
            int before = harness.extractOutputValues().size();
            AlertType type = byClock ? AlertType.FAILED_FAILOVER : AlertType.COST_THRESHOLD;
            AlertRule rule = kept(type, 0);
            for (int i = 0; i < 12; i++) {
                for (SignalKind kind : List.of(SignalKind.RAISED, SignalKind.CLEARED)) {
                    long at = 10_000 + i * 200L + (kind == SignalKind.CLEARED ? 30 : 0);
                    if (byClock) {
                        failover(kind, rule, at);
                    } else {
                        send(
                                new Signal(
                                        kind,
                                        at(at),
                                        rule,
                                        rule.severity(),
                                        Subject.FLEET,
                                        Evidence.NONE,
                                        false));
                        time(at);
                    }
                }
            }
            List<Alert> emitted = harness.extractOutputValues();
            emitted = emitted.subList(before, emitted.size());
            assertThat(emitted.stream().map(Alert::alertId).distinct()).hasSize(4);
            assertThat(emitted.get(emitted.size() - 1).flapping()).isTrue();
            assertThat(emitted.stream().filter(a -> a.change() == AlertChange.RESOLVES)).hasSize(3);
        }
    }

    @Test
    void aFailedFailoverIsASymptomOfItsProvider_andNoCause() throws Exception {
        failover(SignalKind.RAISED, AlertRule.standard(AlertType.FAILED_FAILOVER), 10);
        fails(12);
        time(13);
        assertThat(last().inhibitedBy()).isNull();
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 20);
        time(60);
        assertThat(
                        harness.extractOutputValues().stream()
                                .filter(a -> a.change() == AlertChange.INHIBITED))
                .extracting(Alert::type)
                .containsExactlyInAnyOrder(AlertType.FAILED_FAILOVER, AlertType.HIGH_ERROR_RATE);
    }

    private void moved(SignalKind kind, AlertType type, long seconds) throws Exception {
        AlertRule rule = AlertRule.standard(type);
        Evidence evidence =
                Evidence.of("usd")
                        .value(.3)
                        .threshold(.2)
                        .baseline(.1)
                        .n(10)
                        .build()
                        .moved("openai", "google");
        send(new Signal(kind, at(seconds), rule, rule.severity(), AGENT, evidence, false));
    }

    @Test
    void anAlertCausedByTheRouter_isASymptomOfTheProvidersAlert() throws Exception {
        moved(SignalKind.RAISED, AlertType.COST_SPIKE, 10);
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 20);
        time(60);
        assertThat(changes()).endsWith("openai fires", "planner inhibited");
        moved(SignalKind.HAPPENED, AlertType.TOKEN_SPIKE, 70);
        time(71);
        assertThat(last().inhibitedBy()).isNotNull();
        assertThat(last().description()).contains("moved from openai to google");
        time(3000);
        assertThat(notifications()).containsExactly("provider/openai page warning");
    }

    @Test
    void anAlertOfAnotherCause_orOfATaskAboveTheLimit_isNoSymptom() throws Exception {
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        time(60);
        send(SignalKind.RAISED, AlertType.COST_SPIKE, AGENT, 70);
        time(71);
        assertThat(last().inhibitedBy()).isNull();
        Subject other = Subject.agent("other", "worker", "openai");
        AlertRule rule = AlertRule.standard(AlertType.COST_SPIKE);
        Evidence evidence = Evidence.of("usd").value(.3).threshold(.2).baseline(.1).n(10).build();
        send(
                new Signal(
                        SignalKind.RAISED,
                        at(80),
                        rule,
                        rule.severity(),
                        other,
                        evidence.moved("openai", "google"),
                        false));
        time(81);
        assertThat(last().inhibitedBy()).isNotNull();
        send(
                new Signal(
                        SignalKind.HAPPENED,
                        at(90),
                        rule,
                        Severity.CRITICAL,
                        other,
                        Evidence.of("usd")
                                .value(9.0)
                                .threshold(5.0)
                                .n(1)
                                .taskIds(List.of("t"))
                                .build(),
                        false));
        time(91);
        assertThat(last().inhibitedBy()).isNull();
        assertThat(notifications()).endsWith("agents/cost_spike page critical");
    }

    @Test
    void anEarlyNoticeIsWithdrawn_unlessItsSignalWaits() throws Exception {
        time(100);
        clock(1);
        send(SignalKind.EARLY, AlertType.COST_SPIKE, AGENT, 10);
        send(SignalKind.HAPPENED, AlertType.COST_SPIKE, AGENT, 10);
        send(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 10);
        clock(500);
        assertThat(changes()).containsExactly("planner early", "openai early", "openai withdrawn");
        time(101);
        assertThat(changes()).endsWith("planner fires");
    }

    @Test
    void alertsAreAcknowledgedAndSilenced_byCommands() throws Exception {
        fails(10);
        time(11);
        command(
                new AlertCommand(
                        AlertCommandKind.ACKNOWLEDGE, last().alertId(), "ann", null, null, null),
                12);
        assertThat(last().acknowledgedBy()).isEqualTo("ann");
        command(silence("s1", Map.of("agent_id", "planner"), 500), 13);
        assertThat(last().silencedBy()).isEqualTo("s1");
        harness.setProcessingTime(at(501));
        assertThat(changes()).endsWith("planner silenced", "planner unsilenced");
    }

    @Test
    void aSilenceAppliesToLaterAlerts() throws Exception {
        command(silence("s1", Map.of("type", "provider_issues"), 500), 5);
        send(SignalKind.RAISED, AlertType.PROVIDER_ISSUES, OPENAI, 10);
        time(60);
        assertThat(last().silencedBy()).isEqualTo("s1");
        assertThat(notifications()).isEmpty();
    }

    @Test
    void aSilenceAppliesToEarlyNotices() throws Exception {
        command(silence("s1", Map.of("type", "provider_quota"), 500), 5);
        send(SignalKind.EARLY, AlertType.PROVIDER_QUOTA, OPENAI, 10);
        assertThat(last().change()).isEqualTo(AlertChange.EARLY);
        assertThat(last().silencedBy()).isEqualTo("s1");
        send(SignalKind.EARLY, AlertType.PROVIDER_AUTH, OPENAI, 10);
        assertThat(last().silencedBy()).isNull();
        assertThat(notifications()).hasSize(1);
    }

    private static AlertCommand silence(String id, Map<String, String> match, long until) {
        return new AlertCommand(
                AlertCommandKind.SILENCE, id, "ann", null, match, Instant.ofEpochMilli(at(until)));
    }

    private void command(AlertCommand command, long seconds) throws Exception {
        harness.processElement2(Control.of(command, at(seconds)), at(seconds));
    }

    @Test
    void alertsOfADisabledRuleResolve() throws Exception {
        fails(10);
        time(11);
        AlertRule rule = AlertRule.standard(AlertType.HIGH_ERROR_RATE);
        AlertRule off = AlertRuleBuilder.builder(rule).enabled(false).version(1).build();
        harness.processElement2(Control.of(off, at(20)), at(20));
        assertThat(changes()).containsExactly("planner fires", "planner resolves");
    }

    @Test
    void shadowRulesSendNoNotifications() throws Exception {
        AlertRule r = AlertRule.standard(AlertType.PROVIDER_ISSUES);
        AlertRule shadow =
                AlertRuleBuilder.builder()
                        .ruleId("try")
                        .type(r.type())
                        .version(1)
                        .enabled(true)
                        .shadow(true)
                        .severity(Severity.CRITICAL)
                        .sinceMillis(0)
                        .build();
        send(
                new Signal(
                        SignalKind.RAISED,
                        at(10),
                        shadow,
                        Severity.CRITICAL,
                        OPENAI,
                        Evidence.NONE,
                        false));
        time(11);
        assertThat(last().shadow()).isTrue();
        assertThat(notifications()).isEmpty();
    }

    @Test
    void episodesAreForgottenAfterAMonth_andNothingIsLeft() throws Exception {
        fails(10);
        send(SignalKind.CLEARED, AlertType.HIGH_ERROR_RATE, AGENT, 20);
        time(1000);
        time(40 * DAY);
        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numKeyedStateEntries()).isZero();
        fails(41 * DAY);
        time(42 * DAY);
        assertThat(last().alertId()).endsWith("-1");
    }

    @Test
    void anAlertInProcessingTime_followsTheClockOfARehearsal() throws Exception {
        harness.close();
        ScaledClock clock = new ScaledClock(at(600), 20);
        harness = newHarness(clock);
        harness.open();
        harness.setProcessingTime(at(0));
        AlertRule rule = AlertRule.standard(AlertType.FAILED_FAILOVER);
        for (SignalKind kind : List.of(SignalKind.RAISED, SignalKind.CLEARED)) {
            long now = clock.at(harness.getProcessingTime());
            send(new Signal(kind, now, rule, rule.severity(), OPENAI, Evidence.NONE, true));
            harness.setProcessingTime(at(5));
        }
        assertThat(last().change()).isEqualTo(AlertChange.RECOVERS);
        harness.setProcessingTime(at(60));
        assertThat(last().change()).isEqualTo(AlertChange.RESOLVES);
        assertThat(last().endsAt())
                .isEqualTo(Instant.ofEpochMilli(clock.at(at(5)) + rule.keepMillis()));
    }
}
