package io.agentanalytics.job.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventTimeListsTest {
    private KeyedOneInputStreamOperatorTestHarness<String, Long, Long> harness;

    /** Emits the records of each time, and then minus the time. */
    private static final class InOrder extends KeyedProcessFunction<String, Long, Long> {
        private static final long serialVersionUID = 1L;
        private transient EventTimeLists<Long> lists;

        @Override
        public void open(OpenContext context) {
            lists = EventTimeLists.of(getRuntimeContext(), Long.class);
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out)
                throws Exception {
            lists.add(context.timestamp(), context.timerService(), value);
        }

        @Override
        public void onTimer(long time, OnTimerContext context, Collector<Long> out)
                throws Exception {
            List<Long> values = lists.take(time);
            if (values != null) {
                values.forEach(out::collect);
            }
            out.collect(-time);
            assertThat(lists.take(time)).isNull();
        }
    }

    /** Keeps lists as a former version did: each whole, whatever its length. */
    private static final class Whole extends KeyedProcessFunction<String, Long, Long> {
        private static final long serialVersionUID = 1L;
        private transient EventTimeBuffer<List<Long>> lists;

        @Override
        public void open(OpenContext context) {
            lists = EventTimeBuffer.of(getRuntimeContext(), Types.LIST(Types.LONG));
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out)
                throws Exception {
            lists.add(
                    context.timestamp(),
                    context.timerService(),
                    known -> {
                        List<Long> values = known == null ? new ArrayList<>() : known;
                        values.add(value);
                        return values;
                    });
        }
    }

    @BeforeEach
    void open() throws Exception {
        harness = harness(new InOrder());
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Long, Long> harness(
            KeyedProcessFunction<String, Long, Long> function) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(function), value -> "key", Types.STRING);
    }

    private void restart() throws Exception {
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = harness(new InOrder());
        harness.initializeState(state);
        harness.open();
    }

    private void add(long from, long to, long time) throws Exception {
        for (long value = from; value < to; value++) {
            harness.processElement(value, time);
        }
    }

    private void assertTaken(long count) {
        assertThat(harness.extractOutputValues())
                .containsExactlyElementsOf(
                        LongStream.concat(LongStream.range(0, count), LongStream.of(-10))
                                .boxed()
                                .toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 15, 16, 17, 24, 1000})
    void recordsOfATime_areTakenInTheOrderOfArrival(int count) throws Exception {
        for (long value = 0; value < count; value++) {
            harness.processElement(value, 10);
            harness.processElement(-1L, 20);
        }
        harness.processWatermark(new Watermark(10));

        assertTaken(count);
        harness.processWatermark(new Watermark(20));
        assertThat(harness.extractOutputValues()).hasSize(2 * count + 2);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }

    @Test
    void partsOutliveARestart() throws Exception {
        add(0, 50, 10);
        restart();
        add(50, 100, 10);
        harness.processWatermark(new Watermark(10));

        assertTaken(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 10, 16, 100})
    void wholeListsOfAFormerVersion_areContinued(int count) throws Exception {
        harness.close();
        harness = harness(new Whole());
        harness.open();
        add(0, count, 10);
        restart();
        add(count, 2L * count, 10);
        harness.processWatermark(new Watermark(10));

        assertTaken(2L * count);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }
}
