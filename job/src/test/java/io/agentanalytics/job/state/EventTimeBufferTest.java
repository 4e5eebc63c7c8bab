package io.agentanalytics.job.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

class EventTimeBufferTest {
    private KeyedOneInputStreamOperatorTestHarness<String, Long, Long> harness;

    /** Sums the inputs of each time, and emits time * 1000 + sum. */
    private static final class Sums extends KeyedProcessFunction<String, Long, Long> {
        private static final long serialVersionUID = 1L;
        private transient EventTimeBuffer<Long> buffer;

        @Override
        public void open(OpenContext context) {
            buffer = EventTimeBuffer.of(getRuntimeContext(), Types.LONG);
        }

        @Override
        public void processElement(Long value, Context context, Collector<Long> out)
                throws Exception {
            buffer.add(
                    context.timestamp(),
                    context.timerService(),
                    known -> value + (known == null ? 0 : known));
        }

        @Override
        public void onTimer(long time, OnTimerContext context, Collector<Long> out)
                throws Exception {
            Long sum = buffer.take(time);
            out.collect(sum == null ? -1 : time * 1000 + sum);
            assertThat(buffer.take(time)).isNull();
        }
    }

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, Long, Long> newHarness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new Sums()), value -> "key", Types.STRING);
    }

    private List<Long> output() {
        return harness.extractOutputValues();
    }

    @Test
    void inputsAreTakenInEventTimeOrder_onceTheWatermarkReachesThem() throws Exception {
        harness.processElement(7L, 20);
        harness.processElement(1L, 10);
        harness.processElement(2L, 10);
        harness.processWatermark(new Watermark(9));
        assertThat(output()).isEmpty();
        harness.processWatermark(new Watermark(20));

        assertThat(output()).containsExactly(10_003L, 20_007L);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
    }

    @Test
    void inputsOutliveARestart() throws Exception {
        harness.processElement(1L, 10);
        OperatorSubtaskState state = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(state);
        harness.open();
        harness.processElement(2L, 10);
        harness.processWatermark(new Watermark(10));

        assertThat(output()).containsExactly(10_003L);
    }
}
