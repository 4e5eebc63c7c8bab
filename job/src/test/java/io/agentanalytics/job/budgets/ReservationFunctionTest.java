package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import io.agentanalytics.job.model.TaskInFlightBuilder;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReservationFunctionTest {
    private static final long USD = 1_000_000_000;
    private static final long DAY = 86_400;
    private KeyedOneInputStreamOperatorTestHarness<String, TaskOfBudgets, BudgetChange> harness;
    private long second;
    private int read;
    private long reserved;
    private long tasks;
    private long unestimated;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        pass(1);
        harness.processWatermark(second * 1000);
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TaskOfBudgets, BudgetChange>
            newHarness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new ReservationFunction(ScaledClock.REAL)),
                in -> in.task().agentId(),
                Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void pass(long seconds) throws Exception {
        second += seconds;
        harness.setProcessingTime(second * 1000);
        sum();
    }

    private void send(String task, Phase phase, long spent, boolean first) throws Exception {
        send(task, phase, spent, first, second, List.of("fleet", "qa"));
    }

    private void send(
            String task,
            Phase phase,
            long spent,
            boolean first,
            long eventSecond,
            List<String> budgets)
            throws Exception {
        TaskInFlight record =
                TaskInFlightBuilder.builder()
                        .taskId(task)
                        .agentId("agent")
                        .scope(Scope.cell("agent", "qa", "openai", "gpt-5"))
                        .tags(Tags.NONE)
                        .phase(phase)
                        .timeMillis(eventSecond * 1000)
                        .spentNanos(spent)
                        .known(true)
                        .first(first)
                        .build();
        harness.processElement(new TaskOfBudgets(record, budgets), 0);
        sum();
    }

    private void sum() {
        List<BudgetChange> all = harness.extractOutputValues();
        for (BudgetChange change : all.subList(read, all.size())) {
            if (change.budgetId().equals("fleet")) {
                reserved += change.reservedNanos();
                tasks += change.tasks();
                unestimated += change.unestimated();
            }
        }
        read = all.size();
    }

    /** Runs tasks one after the other that cost a dollar each. */
    private void learn(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            send("past " + i, Phase.OPEN, 0, true);
            send("past " + i, Phase.ENDED, USD, false);
        }
        pass(120);
    }

    @Test
    void aTaskReservesTheUsualCost_lessAsItSpends_andNothingAtTheEnd() throws Exception {
        learn(20);
        send("t", Phase.OPEN, 0, true);
        assertThat(reserved).isEqualTo(USD);
        send("t", Phase.OPEN, USD / 4, false);
        assertThat(reserved).isEqualTo(3 * USD / 4);
        send("t", Phase.ENDED, 2 * USD, false);
        assertThat(reserved).isZero();
        pass(120);
        assertThat(List.of(reserved, tasks, unestimated)).containsOnly(0L);
    }

    @Test
    void tasksOfAnUnknownAgent_areCounted_withoutAnEstimate() throws Exception {
        send("t", Phase.OPEN, 0, true);
        assertThat(List.of(reserved, tasks, unestimated)).containsExactly(0L, 1L, 1L);
        send("t", Phase.ABANDONED, 0, false);
        assertThat(List.of(reserved, tasks, unestimated)).containsExactly(0L, 0L, 0L);
    }

    @Test
    void lateBillsStayReserved_andAreSettledOnce() throws Exception {
        for (int i = 0; i < 20; i++) {
            send("past " + i, Phase.OPEN, 0, true);
            send("past " + i, Phase.ENDED, 0, false);
        }
        pass(30);
        for (int i = 0; i < 20; i++) {
            send("past " + i, Phase.ENDED, USD, false);
        }
        pass(120);
        send("t", Phase.OPEN, 0, true);
        send("t", Phase.ENDED, 0, false);
        assertThat(reserved).isEqualTo(USD);
        pass(20);
        send("t", Phase.ENDED, USD, false);
        assertThat(reserved).isBetween(USD / 4, USD * 3 / 4);
        pass(180);
        assertThat(List.of(reserved, tasks)).containsOnly(0L);
        List<BudgetChange> settled =
                harness.extractOutputValues().stream()
                        .filter(c -> c.budgetId().equals("qa") && c.settled() > 0)
                        .toList();
        assertThat(settled).hasSize(21).allMatch(c -> c.settledNanos() == USD);
    }

    @Test
    void tasksBeforeTheFirstBudget_areLearned() throws Exception {
        for (int i = 0; i < 20; i++) {
            send("past " + i, Phase.ENDED, USD, true, second, List.of());
        }
        send("t", Phase.OPEN, 0, true);
        assertThat(List.of(reserved, tasks, unestimated)).containsExactly(USD, 1L, 0L);
    }

    @Test
    void billsOfABacklog_doNotDelayTheSettlement() throws Exception {
        restartAfter(7200);
        for (int i = 0; i < 20; i++) {
            send("past " + i, Phase.ENDED, 0, true, second - 7200, List.of());
            send("past " + i, Phase.ENDED, USD, false, second - 7200, List.of());
        }
        harness.processWatermark(second * 1000);
        send("t", Phase.OPEN, 0, true);
        send("t", Phase.ENDED, USD, true);
        pass(30);
        assertThat(List.of(reserved, tasks)).containsOnly(0L);
    }

    @Test
    void aSilentTaskReservesNothing_untilItsNextEvent() throws Exception {
        learn(20);
        send("t", Phase.OPEN, 0, true);
        pass(3700);
        assertThat(reserved).isZero();
        send("t", Phase.OPEN, USD / 2, false);
        assertThat(reserved).isEqualTo(USD / 2);
    }

    @Test
    void whileTheEventsOfADowntimeWait_noTaskIsSilentOrSettled() throws Exception {
        learn(20);
        send("runs", Phase.OPEN, 0, true);
        send("ended", Phase.OPEN, 0, true);
        send("ended", Phase.ENDED, 0, false);
        restartAfter(7200);
        pass(30);
        assertThat(List.of(reserved, tasks)).containsOnly(0L);
        send("runs", Phase.OPEN, USD / 2, false);
        send("ended", Phase.ENDED, USD, false);
        assertThat(reserved).isEqualTo(-USD / 2);
        pass(7300);
        assertThat(List.of(reserved, tasks)).containsExactly(-USD, -2L);
    }

    /** Restores the function; afterwards the sums are relative to the snapshot. */
    private void restartAfter(long seconds) throws Exception {
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        second += seconds;
        harness.setProcessingTime(second * 1000);
        harness.initializeState(snapshot);
        harness.open();
        read = 0;
        reserved = 0;
        tasks = 0;
    }

    @Test
    void survivesARestore_andLeavesNothingBehind() throws Exception {
        learn(20);
        send("t", Phase.OPEN, 0, true);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        read = 0;
        harness.setProcessingTime(second * 1000);
        send("t", Phase.OPEN, USD / 2, false);
        assertThat(reserved).isEqualTo(USD / 2);
        send("t", Phase.ENDED, USD, false);
        pass(120);
        assertThat(List.of(reserved, tasks)).containsOnly(0L);
        pass(40 * DAY);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }
}
