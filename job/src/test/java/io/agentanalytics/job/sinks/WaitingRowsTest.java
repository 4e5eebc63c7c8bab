package io.agentanalytics.job.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitingRowsTest {
    private record Row(String key, int value) {
        int bytes() {
            return key.length();
        }
    }

    private final RowMemory memory = new RowMemory(3);
    private final WaitingRows<Row> rows = rows();
    private final WaitingRows<Row> otherTable = rows();

    private WaitingRows<Row> rows() {
        return new WaitingRows<>(Row::key, Comparator.comparingInt(Row::value), Row::bytes, memory);
    }

    @Test
    void newestRowOfAKeyIsTaken() throws Exception {
        add("a", 1);
        add("b", 1);
        add("a", 2);

        assertThat(rows.take(10, 0)).containsExactly(new Row("a", 2), new Row("b", 1));
        assertThat(rows.written()).isEqualTo(2);
        assertThat(rows.size()).isZero();
    }

    @Test
    void batchIsNoLargerThanRequested() throws Exception {
        add("a", 1);
        add("b", 1);

        assertThat(rows.take(1, 1000)).containsExactly(new Row("a", 1));
        rows.written();
        assertThat(rows.take(1, 1000)).containsExactly(new Row("b", 1));
    }

    @Test
    void returnedRow_doesNotReplaceANewerOne() throws Exception {
        add("a", 1);
        add("b", 1);
        rows.take(10, 0);
        add("a", 2);

        rows.giveBack();

        assertThat(rows.take(10, 0)).containsExactlyInAnyOrder(new Row("a", 2), new Row("b", 1));
    }

    @Test
    void newestRowOfAKeyIsRestored_inAnyOrder() throws Exception {
        for (int value : List.of(2, 3, 1)) {
            rows.restore(new Row("a", value));
        }
        add("a", 2);

        assertThat(rows.take(10, 0)).containsExactly(new Row("a", 3));
        add("a", 2);
        assertThat(rows.all()).as("the taken one is newer").containsExactly(new Row("a", 3));
        rows.giveBack();
        assertThat(rows.take(10, 0)).containsExactly(new Row("a", 3));
        rows.written();
        assertThat(memory.isEmpty()).isTrue();
    }

    @Test
    void snapshotHoldsTakenRefusedAndWaitingRows() throws Exception {
        add("r", 1);
        add("t", 1);
        rows.take(10, 0);
        rows.refuse(new Row("r", 1), "no");
        add("w", 1);

        assertThat(rows.all())
                .containsExactlyInAnyOrder(new Row("r", 1), new Row("t", 1), new Row("w", 1));

        rows.written();
        assertThat(rows.takeRefused())
                .containsExactly(new WaitingRows.Refused<>(new Row("r", 1), "no"));
        assertThat(rows.all()).containsExactly(new Row("w", 1));
    }

    @Test
    void addingWaitsForMemory_exceptForKeysThatAlreadyWait() throws Exception {
        add("a", 1);
        add("bb", 1);
        add("bb", 2);
        CompletableFuture<Void> third = addLater(rows, "c");
        assertThat(third).isNotDone();

        rows.take(1, 0);
        rows.written();
        await().atMost(Duration.ofMinutes(3)).until(third::isDone);

        assertThat(rows.all()).containsExactly(new Row("bb", 2), new Row("c", 1));
    }

    @Test
    void allTablesShareTheMemory_andEachMayKeepOneRow() throws Exception {
        otherTable.add(new Row("ccc", 1));
        add("a", 1);
        CompletableFuture<Void> second = addLater(rows, "b");
        assertThat(second).isNotDone();

        otherTable.take(1, 0);
        otherTable.written();

        await().atMost(Duration.ofMinutes(3)).until(second::isDone);
    }

    @Test
    void memoryIsReleased_ifRowsAreReplacedOrRefusedOrNoLongerUsed() throws Exception {
        add("aa", 1);
        rows.take(1, 0);
        add("aa", 2);
        rows.giveBack();
        assertThat(memory.isFull()).isFalse();
        add("b", 1);
        assertThat(memory.isFull()).isTrue();

        rows.take(2, 0);
        rows.refuse(new Row("aa", 2), "no");
        rows.written();
        add("c", 1);
        assertThat(memory.isFull()).isTrue();
        rows.takeRefused();
        assertThat(memory.isFull()).isFalse();

        rows.close();
        otherTable.add(new Row("cc", 1));
        assertThat(memory.isFull()).isFalse();
    }

    private static CompletableFuture<Void> addLater(WaitingRows<Row> to, String key) {
        return CompletableFuture.runAsync(() -> add(to, key, 1));
    }

    private void add(String key, int value) {
        add(rows, key, value);
    }

    private static void add(WaitingRows<Row> to, String key, int value) {
        try {
            to.add(new Row(key, value));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
