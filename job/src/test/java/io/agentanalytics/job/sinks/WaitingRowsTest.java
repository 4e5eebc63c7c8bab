package io.agentanalytics.job.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitingRowsTest {
    private record Row(String key, int value) {}

    private final WaitingRows<Row> rows = new WaitingRows<>(Row::key, 3);

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
    void snapshotHoldsTakenRefusedAndWaitingRows() throws Exception {
        add("refused", 1);
        add("taken", 1);
        rows.take(10, 0);
        rows.refuse(new Row("refused", 1), "no");
        add("waits", 1);

        assertThat(rows.all())
                .containsExactlyInAnyOrder(
                        new Row("refused", 1), new Row("taken", 1), new Row("waits", 1));

        rows.written();
        assertThat(rows.takeRefused())
                .containsExactly(new WaitingRows.Refused<>(new Row("refused", 1), "no"));
        assertThat(rows.all()).containsExactly(new Row("waits", 1));
    }

    @Test
    void addingWaitsAtFullCapacity_exceptForKeysThatAlreadyWait() throws Exception {
        add("a", 1);
        add("b", 1);
        add("c", 1);
        add("c", 2);
        CompletableFuture<Void> fourth = CompletableFuture.runAsync(() -> add("d", 1));
        assertThat(fourth).isNotDone();

        rows.take(1, 0);
        rows.written();
        await().atMost(Duration.ofMinutes(3)).until(fourth::isDone);

        assertThat(rows.all()).hasSize(3);
    }

    private void add(String key, int value) {
        try {
            rows.add(new Row(key, value));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
