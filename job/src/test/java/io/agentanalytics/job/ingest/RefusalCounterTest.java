package io.agentanalytics.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.job.model.DeadLetter;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RefusalCounterTest {
    private static final String CODE = RejectCode.MALFORMED_JSON.wireName();
    private static final long HOUR = 3_600_000;

    private KeyedOneInputStreamOperatorTestHarness<String, DeadLetter, RefusalRow> counter;

    @BeforeEach
    void open() throws Exception {
        counter = harness();
        counter.open();
    }

    @AfterEach
    void close() throws Exception {
        counter.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, DeadLetter, RefusalRow> harness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new RefusalCounter()), DeadLetter::code, Types.STRING);
    }

    private void refuse(long appendMillis) throws Exception {
        counter.processElement(
                new DeadLetter(CODE, "not JSON", "task-events", 0, 7, appendMillis, new byte[0]),
                0);
    }

    private List<Long> counts() {
        return counter.extractOutputValues().stream().map(RefusalRow::records).toList();
    }

    @Test
    void eachHourIsCountedInFull_acrossARestart() throws Exception {
        refuse(10);
        refuse(HOUR - 1);
        OperatorSubtaskState state = counter.snapshot(1, 1);
        counter.close();
        counter = harness();
        counter.initializeState(state);
        counter.open();
        refuse(20);
        refuse(HOUR);

        assertThat(counts()).containsExactly(3L, 1L);
    }

    @Test
    void aCodeThatThisVersionDoesNotKnow_isCounted() throws Exception {
        counter.processElement(
                new DeadLetter("of_tomorrow", "new", "task-events", 0, 7, 10, new byte[0]), 0);

        assertThat(counter.extractOutputValues())
                .containsExactly(new RefusalRow(0, "of_tomorrow", 1));
    }

    @Test
    void oldHoursAreForgotten() throws Exception {
        for (int hour = 0; hour < 200; hour++) {
            refuse(hour * HOUR);
        }

        refuse(199 * HOUR);
        refuse(0);
        assertThat(counts()).endsWith(2L, 1L);
    }
}
