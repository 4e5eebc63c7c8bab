package io.agentanalytics.job.alerts.tree;

import static io.agentanalytics.job.alerts.tree.Trees.USD;
import static io.agentanalytics.job.alerts.tree.Trees.at;
import static io.agentanalytics.job.alerts.tree.Trees.call;
import static io.agentanalytics.job.alerts.tree.Trees.ends;
import static io.agentanalytics.job.alerts.tree.Trees.joins;
import static io.agentanalytics.job.alerts.tree.Trees.seen;
import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.TreeChange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskTreeTest {
    private final TaskTree tree = new TaskTree();
    private final Map<String, TreeMember> members = new HashMap<>();

    private void take(TreeChange... changes) {
        List.of(changes).forEach(change -> tree.apply(change, members));
    }

    private TreeStatus status(long second) {
        return tree.status("root", at(second));
    }

    @Test
    void countsTasksLevelsAndCost() {
        take(joins(0, "root", ""), call(1, "root", USD, 1000));
        take(joins(2, "a", "root"), call(3, "a", 2 * USD, 1000), joins(4, "b", "a"));
        TreeStatus now = status(5);
        assertThat(now.agents()).isEqualTo(3);
        assertThat(now.running()).isEqualTo(3);
        assertThat(now.depth()).isEqualTo(3);
        assertThat(now.costNanos()).isEqualTo(3 * USD);
        assertThat(now.agentId()).isEqualTo("lead");
        assertThat(now.session()).isEqualTo("s-1");
        assertThat(now.expensive())
                .extracting(TreeStatus.Part::taskId)
                .containsExactly("a", "root", "b");
    }

    @Test
    void aTaskIsCountedOnce_andRunsUntilItsEnd() {
        take(joins(0, "root", ""), joins(1, "a", "root"), joins(2, "a", "root"), ends(3, "a"));
        assertThat(status(4).agents()).isEqualTo(2);
        assertThat(status(4).running()).isEqualTo(1);
        take(joins(5, "root", ""), ends(6, "root"));
        assertThat(status(7).active()).isFalse();
    }

    @Test
    void aParentThatIsSeenAfterItsChildren_isInsertedAboveThem() {
        take(joins(0, "c", "b"), joins(1, "b2", "b"));
        assertThat(status(2).depth()).isEqualTo(3);
        take(joins(3, "b", "a"));
        assertThat(status(3).depth()).isEqualTo(4);
        take(joins(4, "a", "root"), joins(5, "root", ""));
        assertThat(status(5).depth()).isEqualTo(4);
        assertThat(members.get("root").depth).isEqualTo(1);
        assertThat(members.get("a").depth).isEqualTo(2);
        assertThat(members.get("c").depth).isEqualTo(4);
    }

    @Test
    void tasksInOrBelowACycleOfParents_countAsChildrenOfTheRoot() {
        take(joins(0, "root", ""), joins(1, "a", "b"), joins(2, "b", "a"), joins(3, "c", "b"));
        assertThat(status(4).depth()).isEqualTo(2);
    }

    @Test
    void aTaskWhoseParentIsNamedLate_movesWithItsChildren() {
        take(joins(0, "root", ""), joins(1, "a", "root"), joins(2, "b", ""), joins(3, "c", "b"));
        assertThat(members.get("c").depth).isEqualTo(3);
        take(joins(4, "b", "a"));
        assertThat(members.get("c").depth).isEqualTo(4);
        assertThat(status(4).depth()).isEqualTo(4);
    }

    @Test
    void tasksThatNameEachOtherAsParents_haveABoundedDepth() {
        take(joins(0, "a", "b"), joins(1, "b", "a"));
        assertThat(status(2).depth()).isBetween(2L, 65L);
    }

    @Test
    void theResultIsTheSame_forEveryOrder() {
        List<TreeChange> changes = new ArrayList<>();
        changes.add(joins(0, "root", ""));
        for (int i = 1; i < 30; i++) {
            changes.add(joins(i, "t" + i, i < 4 ? "root" : "t" + i / 4));
            changes.add(seen(i, "t" + i, "").costNanos(i * USD).build());
        }
        changes.forEach(change -> take(change));
        TreeStatus expected = status(40);
        assertThat(expected.depth()).isEqualTo(4);
        for (int seed = 0; seed < 20; seed++) {
            Collections.shuffle(changes, new Random(seed));
            TaskTree other = new TaskTree();
            Map<String, TreeMember> all = new HashMap<>();
            changes.forEach(change -> other.apply(change, all));
            assertThat(other.status("root", at(40))).isEqualTo(expected);
        }
    }

    @Test
    void theSpendOfFiveMinutesCounts_andThePeakIsKept() {
        take(call(0, "root", 6 * USD, 1000));
        assertThat(status(1).recentNanos()).isEqualTo(6 * USD);
        take(call(200, "root", USD, 1000));
        assertThat(status(201).recentNanos()).isEqualTo(7 * USD);
        assertThat(status(320).recentNanos()).isEqualTo(USD);
        assertThat(status(320).peakNanos()).isEqualTo(7 * USD);
        assertThat(status(320).costNanos()).isEqualTo(7 * USD);
    }

    @Test
    void aCorrectionChangesTheCostOfATask() {
        take(call(0, "root", 6 * USD, 1000));
        take(seen(0, "root", "").costNanos(-2 * USD).build());
        assertThat(status(1).recentNanos()).isEqualTo(4 * USD);
        assertThat(status(1).expensive().get(0).costNanos()).isEqualTo(4 * USD);
    }

    @Test
    void theTaskWithTheLargestContextIsReported_withItsFirstSize() {
        for (int i = 0; i < 20; i++) {
            take(call(i, "root", 0, 10_000), call(i, "a", 0, 20_000 + 20_000 * i));
        }
        TreeStatus now = status(20);
        assertThat(now.growingTask()).isEqualTo("a");
        assertThat(now.firstTokens()).isEqualTo(40_000);
        assertThat(now.tokens()).isBetween(350_000.0, 400_000.0);
    }

    @Test
    void anUnknownCostIsNotZero() {
        take(seen(0, "root", "").unpriced(2).build());
        assertThat(status(1).isCostKnown()).isFalse();
        assertThat(status(1).expensive().get(0).costNanos()).isEqualTo(TaskEvent.ABSENT);
    }

    @Test
    void aTaskThatLeavesATreeRemovesItsCost() {
        take(joins(0, "root", ""), call(1, "a", USD, 1000));
        take(seen(1, "a", "root").costNanos(-USD).left(true).build());
        assertThat(status(2).agents()).isEqualTo(1);
        assertThat(status(2).costNanos()).isZero();
        assertThat(status(2).growingTask()).isEmpty();
    }

    @Test
    void aTreeHasALargestSize_andCountsTheCostOfAll() {
        for (int i = 0; i < 2100; i++) {
            take(seen(1, "t" + i, "root").costNanos(USD).build());
        }
        assertThat(members).hasSize(TaskTree.MAX_MEMBERS);
        assertThat(status(2).agents()).isEqualTo(TaskTree.MAX_MEMBERS);
        assertThat(status(2).costNanos()).isEqualTo(2100 * USD);
    }
}
