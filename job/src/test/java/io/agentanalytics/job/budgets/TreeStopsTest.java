package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertBasis;
import io.agentanalytics.contract.alerts.AlertBuilder;
import io.agentanalytics.contract.alerts.AlertChange;
import io.agentanalytics.contract.alerts.AlertScope;
import io.agentanalytics.contract.alerts.AlertState;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.contract.alerts.Evidence;
import io.agentanalytics.contract.alerts.Severity;
import io.agentanalytics.contract.alerts.TreeEvidence;
import io.agentanalytics.contract.alerts.TreeEvidenceBuilder;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetSubject;
import io.agentanalytics.contract.budgets.KnownBudgets;
import io.agentanalytics.job.time.ScaledClock;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TreeStopsTest {
    private static final long NOON = Instant.parse("2026-11-24T12:00:00Z").toEpochMilli();
    private KeyedOneInputStreamOperatorTestHarness<String, Alert, BudgetRecord> harness;
    private long now = NOON;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        harness.setProcessingTime(now);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Alert, BudgetRecord> newHarness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new TreeStops(ScaledClock.REAL)),
                Alert::fingerprint,
                Types.STRING);
    }

    private static TreeEvidenceBuilder tree() {
        return TreeEvidenceBuilder.builder()
                .rootTaskId("prompt-1")
                .session("session-1")
                .running(12)
                .usd(new BigDecimal("606.100000000"))
                .figures(List.of())
                .tasks(List.of())
                .enforced(true);
    }

    private static AlertBuilder alert(TreeEvidence tree) {
        Instant at = Instant.ofEpochMilli(NOON);
        return AlertBuilder.builder()
                .alertId("f1-1")
                .fingerprint("f1")
                .change(AlertChange.FIRES)
                .ruleId("runaway_tree")
                .type(AlertType.RUNAWAY_TREE)
                .severity(Severity.CRITICAL)
                .state(AlertState.FIRING)
                .scope(AlertScope.TASK_LINE)
                .subject("prompt-1")
                .title("Task tree prompt-1 is growing out of control")
                .description("Size 361 agents, limit 100 agents.")
                .startsAt(at)
                .updatedAt(at)
                .basis(AlertBasis.EVENT)
                .evidence(Evidence.of("agents").tree(tree).build());
    }

    private void send(AlertBuilder alert) throws Exception {
        harness.processElement(alert.build(), now);
    }

    private void pass(long seconds) throws Exception {
        now += seconds * 1000;
        harness.setProcessingTime(now);
    }

    private List<BudgetRecord> records() {
        return harness.extractOutputValues();
    }

    private BudgetRecord newest() {
        return records().get(records().size() - 1);
    }

    @Test
    void aRunawayTreeIsStopped_untilItsAlertEnds() throws Exception {
        send(alert(tree().unpriced(7).build()));
        BudgetStatus stop = newest().status();
        assertThat(stop.budgetId()).isEqualTo("runaway_tree:f1");
        assertThat(stop.match()).isEqualTo(Map.of("session", "session-1"));
        assertThat(stop.stopsNewWork()).isTrue();
        assertThat(stop.stopsRunningWork()).isTrue();
        assertThat(stop.spentUsd()).isEqualByComparingTo("606.1");
        assertThat(stop.unpricedRequests()).isEqualTo(7);
        assertThat(stop.reason())
                .isEqualTo(
                        "Task tree 'prompt-1' is stopped by the alert rule 'runaway_tree'. Size 361"
                                + " agents, limit 100 agents. If this work is intended, acknowledge"
                                + " the alert.");
        send(alert(tree().build()).state(AlertState.RECOVERING));
        assertThat(newest().status()).isNull();
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void theStopIsRepeated_outlivesARestart_andExpiresWithoutTheJob() throws Exception {
        send(alert(tree().build()));
        pass(31);
        assertThat(records()).hasSize(2);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.setProcessingTime(now);
        harness.initializeState(state);
        harness.open();
        pass(30);
        assertThat(records()).hasSize(1);

        Instant later = Instant.ofEpochMilli(now).plusSeconds(91);
        KnownBudgets away = new KnownBudgets(Clock.fixed(later, ZoneOffset.UTC));
        away.update(newest().status());
        BudgetSubject session =
                BudgetSubject.agent("a", "claude-code", Map.of("session", "session-1"));
        assertThat(away.stopsWork(session)).isEmpty();
        assertThat(away.outdated()).isEqualTo(1);
        Instant muchLater = later.plusSeconds(3600);
        KnownBudgets forgotten = new KnownBudgets(Clock.fixed(muchLater, ZoneOffset.UTC));
        forgotten.update(newest().status());
        assertThat(forgotten.outdated()).isZero();
    }

    @Test
    void anAcknowledgedOrSilencedAlertDoesNotStopWork() throws Exception {
        send(alert(tree().build()));
        send(alert(tree().build()).acknowledgedBy("kim"));
        assertThat(newest().status()).isNull();
        send(alert(tree().build()));
        assertThat(newest().status()).isNotNull();
        send(alert(tree().build()).silencedBy("night"));
        assertThat(newest().status()).isNull();
        pass(120);
        assertThat(records()).hasSize(4);
    }

    @Test
    void nothingIsStopped_withoutEnforce_byAWarning_orByAShadowRule() throws Exception {
        send(alert(tree().enforced(false).build()));
        send(alert(tree().build()).severity(Severity.WARNING));
        send(alert(tree().build()).shadow(true));
        assertThat(records()).isEmpty();
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void withoutASessionTheRootIsStopped_alsoWithAnUnknownCost() throws Exception {
        send(alert(tree().session(null).usd(null).build()));
        assertThat(newest().status().match()).isEqualTo(Map.of("root_task_id", "prompt-1"));
        assertThat(newest().status().stopsRunningWork()).isTrue();
    }

    @Test
    void versionsGrow_alsoIfTheClockIsSetBack() throws Exception {
        send(alert(tree().build()));
        pass(-600);
        send(alert(tree().build()));
        send(alert(tree().build()).state(AlertState.RECOVERING));

        assertThat(records())
                .extracting(BudgetRecord::version)
                .containsExactly(NOON, NOON + 1, NOON + 2);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }
}
