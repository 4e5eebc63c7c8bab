package io.agentanalytics.job.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

class ReachedTimeTest {
    private static final int MAX_PARALLELISM = 4;

    /** Emits the time that it has reached, for each element. */
    private static final class Teller extends KeyedProcessFunction<String, String, Long>
            implements CheckpointedFunction {
        private static final long serialVersionUID = 1L;
        private transient ReachedTime reached;

        @Override
        public void initializeState(FunctionInitializationContext context) throws Exception {
            reached = ReachedTime.of(context);
        }

        @Override
        public void snapshotState(FunctionSnapshotContext context) throws Exception {
            reached.snapshot();
        }

        @Override
        public void processElement(String element, Context context, Collector<Long> out) {
            out.collect(reached.of(context.timerService()));
        }
    }

    private static final class Subtask
            extends KeyedOneInputStreamOperatorTestHarness<String, String, Long> {
        private final String key;

        Subtask(int parallelism, int index) throws Exception {
            super(
                    new KeyedProcessOperator<>(new Teller()),
                    element -> element,
                    Types.STRING,
                    MAX_PARALLELISM,
                    parallelism,
                    index);
            key =
                    IntStream.range(0, 100)
                            .mapToObj(Integer::toString)
                            .filter(text -> subtaskOf(text, parallelism) == index)
                            .findFirst()
                            .orElseThrow();
        }

        private static int subtaskOf(String key, int parallelism) {
            return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                    key, MAX_PARALLELISM, parallelism);
        }

        long reached() throws Exception {
            processElement(key, 0);
            var all = extractOutputValues();
            return all.get(all.size() - 1);
        }
    }

    private static OperatorSubtaskState snapshot(long watermark) throws Exception {
        try (Subtask subtask = new Subtask(1, 0)) {
            subtask.open();
            subtask.reached();
            subtask.processWatermark(watermark);
            return subtask.snapshot(1, 1);
        }
    }

    @Test
    void isTheWatermarkOfTheCheckpoint_untilThereIsANewerOne() throws Exception {
        try (Subtask subtask = new Subtask(1, 0)) {
            subtask.initializeState(snapshot(100));
            subtask.open();
            assertThat(subtask.reached()).isEqualTo(100);
            subtask.processWatermark(90);
            assertThat(subtask.reached()).isEqualTo(100);
            subtask.processWatermark(110);
            assertThat(subtask.reached()).isEqualTo(110);
        }
    }

    @Test
    void isKept_ifNothingArrivesUntilTheNextCheckpoint() throws Exception {
        OperatorSubtaskState second;
        try (Subtask subtask = new Subtask(1, 0)) {
            subtask.initializeState(snapshot(100));
            subtask.open();
            second = subtask.snapshot(2, 2);
        }
        try (Subtask subtask = new Subtask(1, 0)) {
            subtask.initializeState(second);
            subtask.open();
            assertThat(subtask.reached()).isEqualTo(100);
        }
    }

    @Test
    void endOfABoundedInput_isNoTime() throws Exception {
        try (Subtask subtask = new Subtask(1, 0)) {
            subtask.initializeState(snapshot(Long.MAX_VALUE));
            subtask.open();
            assertThat(subtask.reached()).isEqualTo(Long.MIN_VALUE);
        }
    }

    /** The first of two subtasks has had no input, so it does not know its watermark. */
    @Test
    void everySubtaskKnowsIt_alsoAfterRescaling() throws Exception {
        OperatorSubtaskState both;
        try (Subtask first = new Subtask(2, 0);
                Subtask second = new Subtask(2, 1)) {
            first.open();
            second.open();
            second.processWatermark(100);
            first.processWatermark(100);
            second.reached();
            both =
                    AbstractStreamOperatorTestHarness.repackageState(
                            first.snapshot(1, 1), second.snapshot(1, 1));
        }
        for (int index = 0; index < 3; index++) {
            var own =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            both, MAX_PARALLELISM, 2, 3, index);
            try (Subtask subtask = new Subtask(3, index)) {
                subtask.initializeState(own);
                subtask.open();
                assertThat(subtask.reached()).isEqualTo(100);
            }
        }
    }
}
