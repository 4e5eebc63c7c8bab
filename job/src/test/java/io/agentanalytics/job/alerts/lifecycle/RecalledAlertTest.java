package io.agentanalytics.job.alerts.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SignalKind;
import io.agentanalytics.job.alerts.signal.Subject;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.time.ScaledClock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Alerts in processing time that were published after the checkpoint from which a job restarts. */
class RecalledAlertTest {
    private static final long BEGINNING = 1_767_600_000_000L;
    private static final Subject AGENT = Subject.agent("planner", "worker", "openai");

    private KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert> harness;
    private final List<Alert> topic = new ArrayList<>();
    private OperatorSubtaskState checkpoint;
    private long now;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        clock(0);
        checkpoint();
    }

    private static KeyedTwoInputStreamOperatorTestHarness<String, Signal, Control, Alert>
            newHarness() throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(new LifecycleFunction(ScaledClock.REAL)),
                signal -> "alerts",
                control -> "alerts",
                Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void clock(long seconds) throws Exception {
        now = seconds;
        harness.setProcessingTime(BEGINNING + seconds * 1000);
    }

    /** After a checkpoint, the source continues behind the records before it. */
    private void checkpoint() throws Exception {
        checkpoint = harness.snapshot(1, 1);
        topic.clear();
    }

    private void send(SignalKind kind, AlertType type) throws Exception {
        AlertRule rule = AlertRule.standard(type);
        Subject subject = type == AlertType.WEIGHTS_STALE ? Subject.FLEET : AGENT;
        Evidence evidence = Evidence.of("seconds").value(700.0).threshold(600.0).build();
        long time = BEGINNING + now * 1000;
        harness.processElement1(
                new Signal(kind, time, rule, rule.severity(), subject, evidence, true), time);
        publish();
    }

    private void raise() throws Exception {
        send(SignalKind.RAISED, AlertType.STUCK_TASK);
    }

    private void clear() throws Exception {
        send(SignalKind.CLEARED, AlertType.STUCK_TASK);
    }

    /** Adds new alerts to the topic; the job reads them back. */
    private void publish() throws Exception {
        List<Alert> all = harness.extractOutputValues();
        harness.getOutput().clear();
        topic.addAll(all);
        for (Alert alert : all) {
            recall(alert);
        }
    }

    private void recall(Alert alert) throws Exception {
        harness.processElement2(Control.published(alert, BEGINNING), BEGINNING);
    }

    private void restart(long seconds) throws Exception {
        harness.close();
        harness = newHarness();
        harness.setProcessingTime(BEGINNING + seconds * 1000);
        harness.initializeState(checkpoint);
        harness.open();
        clock(seconds);
    }

    private void recallAll() throws Exception {
        for (Alert alert : List.copyOf(topic)) {
            recall(alert);
        }
        clock(now + 1); // when the job looks when they are due
    }

    private Alert last() {
        return topic.get(topic.size() - 1);
    }

    private List<String> changes() {
        return topic.stream()
                .map(a -> a.revision() + " " + a.change().wireName() + " " + a.state().wireName())
                .toList();
    }

    private List<Notification> notifications() {
        var records = harness.getSideOutput(LifecycleFunction.NOTIFICATIONS);
        return records == null ? List.of() : records.stream().map(r -> r.getValue()).toList();
    }

    @Test
    void anAlertThatNoDetectorConfirms_ends() throws Exception {
        clock(10);
        raise();
        Alert lost = last();
        restart(30);
        recallAll();
        clock(329);
        publish();
        assertThat(changes()).containsExactly("1 fires firing");
        clock(331);
        publish();
        assertThat(changes()).containsExactly("1 fires firing", "2 resolves resolved");
        assertThat(last().alertId()).isEqualTo(lost.alertId());
        assertThat(last().startsAt()).isEqualTo(lost.startsAt());
        assertThat(last().title()).isEqualTo(lost.title());
        clock(400);
        raise();
        assertThat(last().alertId()).as("a new episode").isNotEqualTo(lost.alertId());
    }

    @Test
    void anAlertThatADetectorRaisesAgain_staysOpen_untilItsConditionEnds() throws Exception {
        clock(10);
        raise();
        Alert lost = last();
        restart(30);
        recallAll();
        clock(60);
        raise();
        clock(10_000);
        publish();
        assertThat(changes()).containsExactly("1 fires firing");
        clear();
        assertThat(changes()).containsExactly("1 fires firing", "2 resolves resolved");
        assertThat(last().alertId()).isEqualTo(lost.alertId());
    }

    @Test
    void silenceIsMeasuredFromTheStart_soItsAlertWaitsLonger() throws Exception {
        clock(10);
        send(SignalKind.RAISED, AlertType.NO_DATA);
        restart(30);
        recallAll();
        clock(930);
        publish();
        assertThat(last().state()).isEqualTo(AlertState.RESOLVED);
        assertThat(last().updatedAt().toEpochMilli()).isEqualTo(BEGINNING + 930_000);
    }

    @Test
    void anAlertThatBeganAndEnded_isNotOpen_andItsIdIsNotUsedAgain() throws Exception {
        clock(10);
        raise();
        Alert lost = last();
        clock(20);
        clear();
        restart(30);
        recallAll();
        clock(10_000);
        publish();
        assertThat(changes()).containsExactly("1 fires firing", "2 resolves resolved");
        raise();
        assertThat(last().alertId()).isNotEqualTo(lost.alertId());
    }

    /** Readers ignore revisions that are lower than those before the failure. */
    @Test
    void anAlertThatIsRaisedAgainBeforeTheTopicIsRead_overtakesTheLostRecords() throws Exception {
        clock(10);
        raise();
        clock(20);
        clear();
        List<Alert> lost = List.copyOf(topic);
        restart(30);
        raise();
        for (Alert alert : lost) {
            recall(alert);
        }
        publish();
        assertThat(last().alertId()).isEqualTo(lost.get(0).alertId());
        assertThat(last().state()).isEqualTo(AlertState.FIRING);
        assertThat(last().revision()).isEqualTo(2);
        clear();
        assertThat(last().revision()).isEqualTo(3);
        assertThat(last().state()).isEqualTo(AlertState.RESOLVED);
    }

    @Test
    void aLaterEpisode_replacesTheOneInTheCheckpoint() throws Exception {
        clock(10);
        raise();
        checkpoint();
        clock(20);
        clear();
        clock(30);
        raise();
        Alert lost = last();
        restart(40);
        recallAll();
        clear();
        assertThat(last().alertId()).isEqualTo(lost.alertId());
        assertThat(last().state()).isEqualTo(AlertState.RESOLVED);
        assertThat(last().revision()).isEqualTo(2);
    }

    @Test
    void theEndOfARecalledAlertIsSent() throws Exception {
        clock(10);
        send(SignalKind.RAISED, AlertType.WEIGHTS_STALE);
        List<String> sent = notifications().stream().map(Notification::notificationId).toList();
        restart(30);
        recallAll();
        assertThat(notifications()).extracting(Notification::notificationId).isEqualTo(sent);
        clock(2_000);
        assertThat(notifications())
                .extracting(Notification::kind)
                .containsExactly(NotificationKind.PAGE, NotificationKind.RESOLVED);
    }

    /** A job that starts without state reads the alerts of a month. */
    @Test
    void warningsOfTheLastMonth_areNotInADigestAgain() throws Exception {
        for (int hour = 0; hour < 3; hour++) {
            clock(hour * 3_600 + 10);
            raise();
            clear();
        }
        restart(30 * 86_400);
        recallAll();
        harness.processBothWatermarks(new Watermark(BEGINNING + (now + 60) * 1000));
        clock(now + 3_700);
        assertThat(notifications()).isEmpty();
    }

    @Test
    void aWarningWhoseDigestWasDueWhileTheJobWasDown_isInTheNextOne() throws Exception {
        clock(3_500);
        raise();
        restart(3_700);
        recallAll();
        clock(now + 3_600);
        assertThat(notifications())
                .extracting(Notification::kind)
                .containsExactly(NotificationKind.DIGEST);
    }

    /** A job that starts without state may find an alert of each agent of a large fleet open. */
    @Test
    @Timeout(15) // takes 0.2 s, and a minute if each record looks at all open alerts
    void aTopicOfManyOpenAlertsIsReadQuickly() throws Exception {
        clock(10);
        raise();
        Alert one = last();
        restart(30 * 86_400);
        for (int i = 0; i < 30_000; i++) {
            String agent = "agent-" + i;
            recall(AlertBuilder.builder(one).alertId("a-1").subject(agent).agentId(agent).build());
        }
        assertThat(harness.numProcessingTimeTimers()).isOne();
    }
}
