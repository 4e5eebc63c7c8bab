package io.agentanalytics.job.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.WindowRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RollupTest {
    private static final long BEGINNING = Instant.parse("2026-11-22T14:00:00Z").toEpochMilli();
    private static final Scope CELL = Scope.cell("a", "type", "openai", "gpt-5");

    private KeyedOneInputStreamOperatorTestHarness<Scope, TallyDelta, WindowRow> harness;

    @BeforeEach
    void open() throws Exception {
        harness = harness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    private static KeyedOneInputStreamOperatorTestHarness<Scope, TallyDelta, WindowRow> harness()
            throws Exception {
        return harness(Duration.ofMinutes(1));
    }

    private static KeyedOneInputStreamOperatorTestHarness<Scope, TallyDelta, WindowRow> harness(
            Duration longInterval) throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new Rollup(Duration.ofHours(1), longInterval)),
                TallyDelta::scope,
                TypeInformation.of(Scope.class));
    }

    private void add(Scope scope, long second, long n) throws Exception {
        Tally tally = new Tally().add(Figure.REQUESTS, n).asOneChange();
        harness.processElement(new TallyDelta(scope, BEGINNING + second * 1000, tally), BEGINNING);
    }

    private void watermark(long second) throws Exception {
        harness.processWatermark(BEGINNING + second * 1000);
    }

    private List<String> emitted() {
        List<String> rows =
                harness.extractOutputValues().stream()
                        .map(
                                r ->
                                        "%d@%d=%d%s"
                                                .formatted(
                                                        r.seconds(),
                                                        (r.start() - BEGINNING) / 1000,
                                                        r.figures()[Figure.REQUESTS.ordinal()],
                                                        r.closed() ? " closed" : ""))
                        .toList();
        harness.getOutput().clear();
        return rows;
    }

    @Test
    void systemWindowsAreEmittedEverySecondAndWhenTheyClose() throws Exception {
        harness.setProcessingTime(0);
        add(Scope.system(), 1, 2);
        add(Scope.system(), 2, 3);
        assertThat(emitted()).isEmpty();
        harness.setProcessingTime(1000);
        assertThat(emitted()).containsExactlyInAnyOrder("10@0=5", "60@0=5", "3600@0=5");
        watermark(10);
        assertThat(emitted()).containsExactly("10@0=5 closed");
    }

    @Test
    void correctionOfAClosedWindowIsItsFullValue() throws Exception {
        add(CELL, 1, 2);
        watermark(60);
        assertThat(emitted()).containsExactly("60@0=2 closed");
        add(CELL, 3, 1);
        harness.setProcessingTime(120_000);
        assertThat(emitted()).contains("60@0=3 closed");
    }

    /** Earlier versions kept open and closed windows in one map, each with its whole value. */
    @Test
    void stateOfEarlierVersions_continues() throws Exception {
        harness.close();
        harness =
                new KeyedOneInputStreamOperatorTestHarness<>(
                        new KeyedProcessOperator<>(new EarlierRollup()),
                        TallyDelta::scope,
                        TypeInformation.of(Scope.class));
        harness.open();
        add(CELL, 1, 2);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
        add(CELL, 2, 3);
        harness.setProcessingTime(120_000);
        assertThat(emitted())
                .containsExactlyInAnyOrder("60@0=5", "300@0=5", "3600@0=5", "86400@-50400=5");
    }

    /** Writes the state of earlier versions. */
    private static final class EarlierRollup
            extends KeyedProcessFunction<Scope, TallyDelta, WindowRow> {
        private static final long serialVersionUID = 1L;

        @Override
        public void processElement(TallyDelta change, Context context, Collector<WindowRow> out)
                throws Exception {
            var windows =
                    getRuntimeContext()
                            .getMapState(
                                    new MapStateDescriptor<>(
                                            "windows",
                                            TypeInformation.of(Window.Id.class),
                                            TypeInformation.of(Window.class)));
            var dirty =
                    getRuntimeContext()
                            .getState(
                                    new ValueStateDescriptor<>(
                                            "dirty",
                                            PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));
            List<Long> due = new ArrayList<>();
            for (int seconds : Granularity.of(context.getCurrentKey())) {
                Window.Id id = Window.Id.of(seconds, change.timeMillis());
                windows.put(id, new Window(change.tally().toBytes(), false));
                due.addAll(List.of((long) id.seconds(), id.start()));
            }
            dirty.update(due.stream().mapToLong(n -> n).toArray());
            context.timerService().registerProcessingTimeTimer(1_000);
        }
    }

    @Test
    void longOpenWindowsOfACellWaitForTheirMinute() throws Exception {
        harness.setProcessingTime(6_000);
        add(CELL, 1, 2);
        harness.setProcessingTime(12_000);
        assertThat(emitted()).containsExactly("60@0=2");
        harness.setProcessingTime(120_000);
        assertThat(emitted()).containsExactlyInAnyOrder("300@0=2", "3600@0=2", "86400@-50400=2");
    }

    @Test
    void longOpenWindowsOfACellFollowTheirInterval() throws Exception {
        harness.close();
        harness = harness(Duration.ofSeconds(5));
        harness.open();
        harness.setProcessingTime(6_000);
        add(CELL, 1, 2);
        harness.setProcessingTime(12_000);
        assertThat(emitted())
                .containsExactlyInAnyOrder("60@0=2", "300@0=2", "3600@0=2", "86400@-50400=2");
    }

    @Test
    void subtractionsToZeroAreEmittedToo() throws Exception {
        add(CELL, 1, 2);
        watermark(60);
        emitted();
        add(CELL, 1, -2);
        harness.setProcessingTime(120_000);
        assertThat(emitted()).contains("60@0=0 closed");
    }

    @Test
    void aShorterWindowOfALongerOneIsAddedWhenItCloses_once() throws Exception {
        add(CELL, 1, 1); // 60@0
        add(CELL, 61, 2); // 60@60
        watermark(60);
        assertThat(emitted()).containsExactly("60@0=1 closed");
        add(CELL, 2, 4); // late for 60@0, not for 300@0
        harness.setProcessingTime(120_000);
        assertThat(emitted())
                .containsExactlyInAnyOrder(
                        "60@0=5 closed", "60@60=2", "300@0=7", "3600@0=7", "86400@-50400=7");
        watermark(300);
        assertThat(emitted()).containsExactlyInAnyOrder("60@60=2 closed", "300@0=7 closed");
        add(CELL, 3, 8); // late for 60@0 and 300@0
        watermark(10 * 3600);
        harness.setProcessingTime(240_000);
        assertThat(emitted())
                .containsExactlyInAnyOrder(
                        "60@0=13 closed",
                        "300@0=15 closed",
                        "3600@0=15 closed",
                        "86400@-50400=15 closed");
    }

    @Test
    void openWindowsAreCompleteAfterARestore() throws Exception {
        add(CELL, 1, 1);
        watermark(60);
        add(CELL, 61, 2);
        restore();
        add(CELL, 2, 4); // the watermark is not known yet
        add(CELL, 62, 8);
        harness.setProcessingTime(120_000);
        emitted();
        watermark(10 * 3600);
        assertThat(emitted())
                .contains("60@60=10 closed", "300@0=15 closed", "86400@-50400=15 closed");
    }

    @Test
    void dropsWindowsWhenNothingCanChangeThem() throws Exception {
        add(CELL, 1, 2);
        add(Scope.system(), 1, 2);
        harness.setProcessingTime(120_000);
        long endOfDay = 10 * 3600;
        watermark(endOfDay + 7199);
        assertThat(harness.numKeyedStateEntries()).isPositive();
        watermark(endOfDay + 7200);
        assertThat(harness.numKeyedStateEntries()).isZero();
        assertThat(harness.numEventTimeTimers()).isZero();
        assertThat(harness.numProcessingTimeTimers()).isZero();
    }

    @Test
    void continuesAfterARestore() throws Exception {
        add(CELL, 1, 2);
        watermark(60);
        restore();
        add(CELL, 2, 5);
        harness.setProcessingTime(120_000);
        assertThat(emitted()).contains("60@0=7 closed");
        watermark(12 * 3600);
        assertThat(harness.numKeyedStateEntries()).isZero();
    }

    private void restore() throws Exception {
        var snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = harness();
        harness.initializeState(snapshot);
        harness.open();
    }

    @Test
    void aWindowOfOneTaskIsKeptInAFractionOfItsTally() {
        Tally task = new Tally().asOneChange();
        for (Figure figure :
                List.of(
                        Figure.TASKS,
                        Figure.TASKS_SUCCEEDED,
                        Figure.TASKS_TIMED,
                        Figure.TASK_DURATION_MS,
                        Figure.TASKS_WITH_TOKENS,
                        Figure.TASK_INPUT_TOKENS,
                        Figure.TASK_OUTPUT_TOKENS,
                        Figure.TASK_COST_REPORTED)) {
            task.add(figure, 12_345);
        }
        task.taskDuration().add(12_345);
        Window window = new Window(task.toBytes(), false).plus(task);
        assertThat(Tally.ofBytes(window.tally()).figures())
                .isEqualTo(new Tally().plus(task).plus(task).figures());
        // The figures of a tally alone are an array of 8 bytes each.
        assertThat(window.tally().length).isLessThan(Figure.COUNT * Long.BYTES / 4);
    }

    @Test
    void afterTheClockWasSetBack_openWindowsAreEmittedWithTheirNextEvent() throws Exception {
        harness.setProcessingTime(600_000);
        add(Scope.system(), 1, 2);
        harness.setProcessingTime(0);
        add(Scope.system(), 2, 3);
        harness.setProcessingTime(1000);
        assertThat(emitted()).containsExactlyInAnyOrder("10@0=5", "60@0=5", "3600@0=5");
        add(Scope.system(), 3, 1);
        harness.setProcessingTime(2000);
        assertThat(emitted()).contains("10@0=6");
    }
}
