package io.agentanalytics.job.alerts.tree;

import static io.agentanalytics.job.alerts.tree.Trees.USD;
import static io.agentanalytics.job.alerts.tree.Trees.at;
import static io.agentanalytics.job.alerts.tree.Trees.call;
import static io.agentanalytics.job.alerts.tree.Trees.ends;
import static io.agentanalytics.job.alerts.tree.Trees.joins;
import static io.agentanalytics.job.alerts.tree.Trees.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.job.model.TreeChange;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TreeFunctionTest {
    private KeyedOneInputStreamOperatorTestHarness<String, TreeChange, TreeStatus> harness;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, TreeChange, TreeStatus>
            newHarness() throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new TreeFunction()),
                TreeChange::rootTaskId,
                Types.STRING);
    }

    private void send(TreeChange... changes) throws Exception {
        for (TreeChange change : changes) {
            harness.processElement(change, change.timeMillis());
        }
    }

    private void reach(long second) throws Exception {
        harness.processWatermark(at(second));
    }

    private List<TreeStatus> statuses() {
        return harness.extractOutputValues();
    }

    private TreeStatus newest() {
        return statuses().get(statuses().size() - 1);
    }

    @Test
    void changesAreAppliedInOrder_onceTheirSecondIsOver() throws Exception {
        send(call(2, "a", USD, 100), joins(1, "root", ""), joins(2, "a", "root"));
        reach(2);
        assertThat(statuses()).extracting(TreeStatus::agents).containsExactly(1L);
        reach(3);
        assertThat(statuses()).extracting(TreeStatus::agents).containsExactly(1L, 2L);
        assertThat(newest().costNanos()).isEqualTo(USD);
    }

    @Test
    void aLateChangeCountsAtOnce() throws Exception {
        send(joins(10, "root", ""));
        reach(20);
        send(call(3, "a", USD, 100));
        reach(21);
        assertThat(newest().agents()).isEqualTo(2);
        assertThat(newest().recentNanos()).isEqualTo(USD);
    }

    @Test
    void aTreeOutlivesARestart_andIsForgottenWhenItIsSilent() throws Exception {
        send(joins(1, "root", ""), call(1, "a", USD, 100));
        reach(5);
        send(joins(7, "b", "a"));
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();

        reach(8);
        assertThat(newest().agents()).isEqualTo(3);
        assertThat(newest().depth()).isEqualTo(3);
        assertThat(newest().active()).isTrue();
        reach(310);
        assertThat(newest().active()).isFalse();
        assertThat(newest().over()).isFalse();
        reach(7 + 1800);
        assertThat(newest().over()).isTrue();
        assertThat(newest().counts()).isTrue();
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }

    @Test
    void aTreeWhoseTasksHaveEnded_isForgottenAfterFiveMinutes() throws Exception {
        send(joins(1, "root", ""), joins(1, "a", "root"), ends(4, "a"), ends(5, "root"));
        reach(6);
        assertThat(newest().active()).isFalse();
        reach(306);
        assertThat(newest().over()).isTrue();
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void aTaskThatMovesToAnotherTree_leavesNoState() throws Exception {
        send(call(1, "root", USD, 100));
        reach(2);
        send(seen(1, "root", "").costNanos(-USD).left(true).build());
        reach(4);
        assertThat(newest().over()).isTrue();
        assertThat(newest().counts()).isFalse();
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    @Test
    void aTreeThatChangesItsType_endsForTheFormerType() throws Exception {
        send(seen(1, "a", "root").agentType("reviewer").build());
        reach(2);
        send(joins(3, "root", ""));
        reach(4);
        assertThat(statuses())
                .extracting(s -> s.agentType() + ' ' + s.over() + ' ' + s.counts())
                .containsExactly("reviewer false true", "reviewer true false", "coder false true");
    }
}
