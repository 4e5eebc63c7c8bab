package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.job.budgets.SpendForecast.Cells;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.time.ScaledClock;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.KeyedCoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BudgetFunctionTest {
    private static final long NOON = Instant.parse("2026-11-24T12:00:00Z").toEpochMilli();
    private static final long USD = 1_000_000_000;
    private static final String FLEET =
            "{'budget_id': 'b', 'period': 'day', 'soft_usd': 8, 'hard_usd': 10, 'enforce': true}";

    private KeyedTwoInputStreamOperatorTestHarness<
                    String, BudgetChange, BudgetSetting, BudgetRecord>
            harness;
    private long now = NOON;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
        harness.setProcessingTime(now);
    }

    private static KeyedTwoInputStreamOperatorTestHarness<
                    String, BudgetChange, BudgetSetting, BudgetRecord>
            newHarness() throws Exception {
        return new KeyedTwoInputStreamOperatorTestHarness<>(
                new KeyedCoProcessOperator<>(
                        new BudgetFunction(
                                ScaledClock.REAL, Dimension.parse("user,team,team+user"))),
                BudgetChange::budgetId,
                BudgetSetting::budgetId,
                Types.STRING);
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private void define(String json) throws Exception {
        Budget budget =
                BudgetCodec.decode(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        harness.processElement2(new StreamRecord<>(new BudgetSetting("b", budget, now)));
    }

    private void spend(long atMillis, long nanos) throws Exception {
        change(BudgetChange.spent("b", BudgetAccount.cell(atMillis), nanos, 0));
    }

    private void unpriced(long atMillis, long nanos, long calls) throws Exception {
        change(BudgetChange.spent("b", BudgetAccount.cell(atMillis), nanos, calls));
    }

    private void reserve(long nanos, long tasks) throws Exception {
        change(
                BudgetChangeBuilder.builder()
                        .budgetId("b")
                        .reservedNanos(nanos)
                        .tasks(tasks)
                        .build());
    }

    private void change(BudgetChange change) throws Exception {
        harness.processElement1(new StreamRecord<>(change));
    }

    private void pass(long seconds) throws Exception {
        now += seconds * 1000;
        harness.setProcessingTime(now);
    }

    private BudgetStatus newest() {
        List<BudgetRecord> all = harness.extractOutputValues();
        return all.get(all.size() - 1).status();
    }

    private BudgetStatus newestRow() {
        var rows = harness.getSideOutput(BudgetFunction.ROWS).toArray(StreamRecord[]::new);
        return (BudgetStatus) rows[rows.length - 1].getValue();
    }

    private static BigDecimal usd(String dollars) {
        return new BigDecimal(dollars).setScale(9);
    }

    @Test
    void theStateFollowsSpendAndReservations() throws Exception {
        define(FLEET);
        assertThat(newest().state()).isEqualTo(BudgetState.OK);
        spend(NOON, 5 * USD);
        reserve(3 * USD, 2);
        pass(1);
        assertThat(newest().state()).isEqualTo(BudgetState.SOFT);
        assertThat(newest().spentUsd()).isEqualTo(usd("5"));
        assertThat(newest().reservedUsd()).isEqualTo(usd("3"));
        reserve(2 * USD, 1);
        pass(1);
        assertThat(newest().stopsNewWork()).isTrue();
        assertThat(newest().stopsRunningWork()).isFalse();
        reserve(-5 * USD, -3);
        spend(NOON, 5 * USD + 1);
        pass(1);
        assertThat(newest().spentUsd()).isEqualTo(usd("10.000000001"));
        assertThat(newest().stopsRunningWork()).isTrue();
        assertThat(newest().tasksInFlight()).isZero();
    }

    @Test
    void aClosedBudgetOpens_onlyWithRoomForAllWaitingTasks() throws Exception {
        define(FLEET);
        change(
                BudgetChangeBuilder.builder()
                        .budgetId("b")
                        .settled(10)
                        .settledNanos(10 * USD)
                        .build());
        spend(NOON, 6 * USD);
        reserve(4 * USD, 2);
        pass(1);
        assertThat(newest().state()).isEqualTo(BudgetState.HARD);
        reserve(-3 * USD / 2, 0);
        pass(1);
        assertThat(newest().state()).isEqualTo(BudgetState.HARD);
        reserve(-USD, -1);
        pass(1);
        assertThat(newest().state()).isEqualTo(BudgetState.OK);
    }

    @Test
    void aClosedBudgetWithMoneyLeft_opensAfterAWhileWithoutTasks() throws Exception {
        define(FLEET);
        change(
                BudgetChangeBuilder.builder()
                        .budgetId("b")
                        .settled(10)
                        .settledNanos(40 * USD)
                        .build());
        reserve(12 * USD, 3);
        pass(1);
        reserve(-12 * USD, -3);
        spend(NOON, 6 * USD);
        pass(1);
        pass(590);
        assertThat(newest().state()).isEqualTo(BudgetState.HARD);
        pass(60);
        assertThat(newest().state()).isEqualTo(BudgetState.OK);
    }

    @Test
    void corrections_areSubtractedExactly() throws Exception {
        define(FLEET);
        spend(NOON, 9 * USD + 7);
        spend(NOON, -9 * USD);
        pass(1);
        assertThat(newest().spentUsd()).isEqualTo(usd("0.000000007"));
    }

    @Test
    void callsOfUnknownCost_areCounted_untilTheirBillArrives() throws Exception {
        define(FLEET);
        assertThat(newest().unpricedRequests()).isZero();
        unpriced(NOON, 0, 3);
        pass(1);
        assertThat(newest().spentUsd()).isEqualTo(usd("0"));
        assertThat(newest().unpricedRequests()).isEqualTo(3);
        assertThat(newestRow().unpricedRequests()).isEqualTo(3);
        unpriced(NOON, USD, -1);
        pass(1);
        assertThat(newest().spentUsd()).isEqualTo(usd("1"));
        assertThat(newest().unpricedRequests()).isEqualTo(2);
    }

    @Test
    void callsOfUnknownCost_countInTheirPeriod() throws Exception {
        define(FLEET);
        unpriced(NOON, USD, 3);
        pass(13 * 3600);
        assertThat(newest().unpricedRequests()).isZero();
        unpriced(NOON, USD, -1);
        assertThat(newestRow().unpricedRequests()).isEqualTo(2);
        assertThat(newestRow().spentUsd()).isEqualTo(usd("2"));
        unpriced(NOON, 0, 1);
        assertThat(newestRow().unpricedRequests()).isEqualTo(3);
    }

    @Test
    void aBillOfACallFromBeforeTheBudgetCounted_makesNoOtherCallKnown() throws Exception {
        define(FLEET);
        unpriced(NOON - 3_600_000, USD, -1);
        unpriced(NOON, 0, 1);
        pass(1);
        assertThat(newest().unpricedRequests()).isEqualTo(1);
    }

    @Test
    void newLabels_forgetTheCallsOfUnknownCost() throws Exception {
        define(FLEET);
        unpriced(NOON, 0, 3);
        define(FLEET.replace("'period'", "'match': {'team': 'a'}, 'period'"));
        assertThat(newest().unpricedRequests()).isZero();
    }

    /** A job that did not count them wrote the state: 0 would claim that there were none. */
    @Test
    void theNumberOfCallsOfUnknownCost_isUnknown_inAPeriodThatBeganWithoutIt() throws Exception {
        Budget budget =
                BudgetCodec.decode(FLEET.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        BudgetAccount restored = new BudgetAccount();
        restored.define(budget, NOON);
        restored.unpricedSinceMillis = 0;
        Cells none = (from, to) -> 0;
        restored.advance(budget, NOON + 1000, none, none);
        assertThat(restored.status(budget, NOON + 1000, none, null).unpricedRequests()).isNull();
        restored.add(BudgetChange.spent("b", BudgetAccount.cell(NOON), 0, 2));
        assertThat(restored.status(budget, NOON + 1000, none, null).unpricedRequests())
                .isEqualTo(2);
        long tomorrow = NOON + 86_400_000;
        restored.advance(budget, tomorrow, none, none);
        assertThat(restored.status(budget, tomorrow, none, null).unpricedRequests()).isZero();
    }

    @Test
    void statusIsPublishedAtMostTwicePerSecond_andEveryHalfMinute() throws Exception {
        define(FLEET);
        for (int i = 0; i < 1000; i++) {
            spend(NOON, 1);
        }
        pass(1);
        assertThat(harness.extractOutputValues()).hasSize(2);
        for (int i = 0; i < 60; i++) {
            pass(1);
        }
        assertThat(harness.extractOutputValues()).hasSizeBetween(3, 4);
        assertThat(newest().validUntil()).isAfter(Instant.ofEpochMilli(now + 30_000));
    }

    @Test
    void midnightInTheZone_startsAPeriod_andALateBillCorrectsTheLastOne() throws Exception {
        define(FLEET.replace("'day'", "'day', 'time_zone': 'Asia/Kolkata'"));
        spend(NOON, 9 * USD);
        pass(7 * 3600); // 00:30 in Kolkata
        assertThat(newest().spentUsd()).isEqualTo(usd("0"));
        assertThat(newest().periodStart()).isEqualTo("2026-11-24T18:30:00Z");
        spend(NOON, USD);
        assertThat(newestRow().spentUsd()).isEqualTo(usd("10"));
        assertThat(newestRow().periodStart()).isEqualTo("2026-11-23T18:30:00Z");
        assertThat(newestRow().countedSince()).isEqualTo("2026-11-24T12:00:00Z");
        pass(1);
        assertThat(newest().spentUsd()).isEqualTo(usd("0"));
    }

    @Test
    void aNewLimitKeepsTheSpend_andNewLabelsStartFromZero() throws Exception {
        define(FLEET);
        spend(NOON, 9 * USD);
        define(FLEET.replace("'hard_usd': 10", "'hard_usd': 9"));
        assertThat(newest().state()).isEqualTo(BudgetState.HARD);
        define(FLEET.replace("'period'", "'match': {'team': 'a'}, 'period'"));
        assertThat(newest().spentUsd()).isEqualTo(usd("0"));
        assertThat(newest().problem()).isNull();
    }

    @Test
    void aTagThatIsNoDimension_isNotCounted_andIsReported() throws Exception {
        define(FLEET.replace("'period'", "'match': {'repo': 'a'}, 'period'"));
        assertThat(newest().problem())
                .isEqualTo(
                        "'repo' is not a dimension; start the job with --dimensions"
                                + " user,team,team+user,repo.");
    }

    @Test
    void tasksOfUnknownAgents_areEstimatedFromTheBudget() throws Exception {
        define(FLEET);
        change(BudgetChangeBuilder.builder().budgetId("b").tasks(3).unestimated(3).build());
        pass(1);
        assertThat(newest().tasksUnestimated()).isEqualTo(3);
        change(
                BudgetChangeBuilder.builder()
                        .budgetId("b")
                        .settled(2)
                        .settledNanos(4 * USD)
                        .settledSquares(2 * 20_000L * 20_000L)
                        .build());
        pass(1);
        assertThat(newest().reservedUsd()).isEqualTo(usd("6"));
        assertThat(newest().tasksUnestimated()).isZero();
    }

    @Test
    void survivesARestore_withAGreaterVersion() throws Exception {
        define(FLEET);
        unpriced(NOON, 9 * USD, 4);
        reserve(USD / 2, 1);
        pass(1);
        BudgetStatus before = newest();
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        pass(31);
        assertThat(newest().spentUsd()).isEqualTo(usd("9"));
        assertThat(newest().reservedUsd()).isEqualTo(usd("0.5"));
        assertThat(newest().unpricedRequests()).isEqualTo(4);
        unpriced(NOON, 0, -1);
        pass(1);
        assertThat(newest().unpricedRequests()).isEqualTo(3);
        assertThat(newest().version()).isGreaterThan(before.version());
    }

    @Test
    void aDeletedBudget_getsATombstone_andLeavesNothingBehind() throws Exception {
        define(FLEET);
        unpriced(NOON, USD, 1);
        reserve(USD, 1);
        harness.processElement2(new StreamRecord<>(new BudgetSetting("b", null, now)));
        assertThat(newest()).isNull();
        reserve(-USD, -1);
        pass(60);
        assertThat(newest()).isNull();
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void versionsGrow_alsoAfterARestoreFromLongAgo_ifTheClockWasSetBack() throws Exception {
        define(FLEET);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        for (int i = 0; i < 10; i++) {
            pass(1);
            spend(NOON, USD);
        }
        BudgetStatus before = newest();
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        now -= 600_000;
        pass(0);
        spend(NOON, USD);
        assertThat(newest().version()).isGreaterThan(before.version());
    }

    @Test
    void versionsGrow_alsoInAJobWithoutState_andOfABudgetThatWasDeleted() throws Exception {
        define(FLEET);
        BudgetStatus first = newest();
        harness.processElement2(new StreamRecord<>(new BudgetSetting("b", null, now)));
        define(FLEET);
        BudgetStatus again = newest();
        assertThat(again.version()).isGreaterThan(first.version());
        harness.close();
        harness = newHarness();
        harness.open();
        pass(1);
        define(FLEET);
        assertThat(newest().version()).isGreaterThan(again.version());
    }
}
