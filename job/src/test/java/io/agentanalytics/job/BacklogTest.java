package io.agentanalytics.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.telemetry.FragmentRecord;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.runtime.metrics.groups.TaskIOMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.source.TimestampsAndWatermarks;
import org.apache.flink.streaming.api.transformations.SourceTransformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.io.PushingAsyncDataInput;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.TestProcessingTimeService;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources of the job read a backlog of three hours, and one partition pauses. */
class BacklogTest {
    private static final Duration BACKLOG = Duration.ofHours(3);
    private static final Duration LATENESS = Duration.ofHours(1);
    private static final long EMIT_MILLIS = 200;

    private static final Map<String, Function<Instant, Object>> RECORDS =
            Map.of(
                    "task-events", BacklogTest::event,
                    "spans", time -> new FragmentRecord(null, null, 0, 0, time.toEpochMilli()),
                    "otlp-spans",
                            time -> new FragmentRecord(null, null, 0, 0, time.toEpochMilli()));

    private final Instant now = Clock.systemUTC().instant();
    private final TestProcessingTimeService processing = new TestProcessingTimeService();
    private final TaskIOMetricGroup io =
            UnregisteredMetricGroups.createUnregisteredTaskMetricGroup().getIOMetricGroup();
    private final Received received = new Received();

    @BeforeEach
    void begin() throws Exception {
        processing.setCurrentTime(0);
    }

    private static SourceRecord event(Instant time) {
        var event = new TaskEventBuilder(EventType.TASK_STARTED, "e", time, "task", "agent");
        return new SourceRecord(event.build(), null, 0, 0, time.toEpochMilli());
    }

    /** Counts the records that task assembly would refuse. */
    private static final class Received implements PushingAsyncDataInput.DataOutput<Object> {
        private long reached = Long.MIN_VALUE;
        private int records;
        private int tooLate;

        @Override
        public void emitRecord(StreamRecord<Object> record) {
            records++;
            if (record.getTimestamp() + LATENESS.toMillis() < reached) {
                tooLate++;
            }
        }

        @Override
        public void emitWatermark(Watermark watermark) {
            reached = watermark.getTimestamp();
        }

        @Override
        public void emitWatermarkStatus(WatermarkStatus status) {}

        @Override
        public void emitLatencyMarker(LatencyMarker marker) {}

        @Override
        public void emitRecordAttributes(RecordAttributes attributes) {}

        @Override
        public void emitWatermark(WatermarkEvent watermark) {}
    }

    /** Opens a source of the job, with the partitions 0 and 1. */
    private ReaderOutput<Object> open(String uid) {
        TimestampsAndWatermarks<Object> times =
                TimestampsAndWatermarks.createProgressiveEventTimeLogic(
                        strategyOf(uid),
                        new UnregisteredMetricsGroup(),
                        processing,
                        EMIT_MILLIS,
                        processing.getClock(),
                        processing.getClock(),
                        io);
        ReaderOutput<Object> output = times.createMainOutput(received, new Unaligned());
        output.createOutputForSplit("0");
        output.createOutputForSplit("1");
        times.startPeriodicWatermarkEmits();
        return output;
    }

    @SuppressWarnings("unchecked") // the records of the test are those of the source
    private static WatermarkStrategy<Object> strategyOf(String uid) {
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        String[] options = {"--otlp-topic", "spans-of-a-collector"};
        JobMain.define(env, JobOptions.parse(options, Map.of()));
        Map<String, Transformation<?>> all = new HashMap<>();
        for (Transformation<?> end : env.getTransformations()) {
            end.getTransitivePredecessors().forEach(t -> all.put(t.getUid(), t));
        }
        var source = (SourceTransformation<?, ?, ?>) Objects.requireNonNull(all.get(uid));
        return (WatermarkStrategy<Object>) source.getWatermarkStrategy();
    }

    private static final class Unaligned
            implements TimestampsAndWatermarks.WatermarkUpdateListener {
        @Override
        public void updateIdle(boolean isIdle) {}

        @Override
        public void updateCurrentEffectiveWatermark(long watermark) {}

        @Override
        public void updateCurrentSplitWatermark(String splitId, long watermark) {}

        @Override
        public void updateCurrentSplitIdle(String splitId, boolean isIdle) {}

        @Override
        public void splitFinished(String splitId) {}
    }

    /** Delivers the backlog from a time on, a minute of it at a time, until the present. */
    private void deliver(String uid, ReaderOutput<Object> output, String partition, Duration each)
            throws Exception {
        for (Instant time = now.minus(BACKLOG);
                time.isBefore(now);
                time = time.plus(Duration.ofMinutes(1))) {
            output.createOutputForSplit(partition).collect(RECORDS.get(uid).apply(time));
            processing.advance(each.toMillis());
        }
    }

    private void deliverFirst(String uid, ReaderOutput<Object> output, String partition) {
        output.createOutputForSplit(partition).collect(RECORDS.get(uid).apply(now.minus(BACKLOG)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"task-events", "spans", "otlp-spans"})
    void partitionThatPauses_losesNothing(String uid) throws Exception {
        ReaderOutput<Object> output = open(uid);
        deliverFirst(uid, output, "1");
        deliver(uid, output, "0", Duration.ofMillis(300)); // 54 s
        deliver(uid, output, "1", Duration.ofMillis(10));
        assertThat(received.records).isEqualTo(361);
        assertThat(received.tooLate).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"task-events", "spans", "otlp-spans"})
    void partitionThatBeginsLater_losesNothing(String uid) throws Exception {
        ReaderOutput<Object> output = open(uid);
        deliver(uid, output, "0", Duration.ofMillis(50)); // 9 s
        processing.advance(Duration.ofSeconds(50).toMillis());
        deliver(uid, output, "1", Duration.ofMillis(10));
        assertThat(received.records).isEqualTo(360);
        assertThat(received.tooLate).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"task-events", "spans", "otlp-spans"})
    void backPressureIsNoSilence(String uid) throws Exception {
        ReaderOutput<Object> output = open(uid);
        deliverFirst(uid, output, "1");
        deliver(uid, output, "0", Duration.ofMillis(10));
        io.getHardBackPressuredTimePerSecond().markStart();
        processing.advance(Duration.ofMinutes(5).toMillis());
        io.getHardBackPressuredTimePerSecond().markEnd();
        deliver(uid, output, "1", Duration.ofMillis(10));
        assertThat(received.tooLate).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"task-events", "spans", "otlp-spans"})
    void emptyPartition_delaysTheWatermarkOfABacklogByNoMoreThanAMinute(String uid)
            throws Exception {
        ReaderOutput<Object> output = open(uid);
        deliver(uid, output, "0", Duration.ofMillis(300));
        deliverFirst(uid, output, "0");
        assertThat(received.reached).isEqualTo(Long.MIN_VALUE);
        processing.advance(Duration.ofSeconds(7).toMillis());
        assertThat(received.reached).isGreaterThan(now.minus(LATENESS).toEpochMilli());
    }
}
