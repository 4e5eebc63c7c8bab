package io.agentanalytics.job;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.options.JobOptionsBuilder;
import io.agentanalytics.job.sinks.RowRange;
import io.agentanalytics.job.sinks.StagedSink;
import io.agentanalytics.job.sinks.Staging;
import io.agentanalytics.job.telemetry.FragmentDeserializer;
import io.agentanalytics.job.telemetry.FragmentRecord;
import io.agentanalytics.job.telemetry.OtlpSpansDeserializer;
import io.agentanalytics.job.telemetry.Telemetry;
import io.agentanalytics.job.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Bounded run that computes the rows of a range again. It has no alerts, weights or gauges, which
 * are about the present, and writes nothing to Kafka.
 */
public final class Reprocess {
    private static final Duration NO_CHECKPOINTS = Duration.ofDays(365);

    /** Every partition has records until its end, so a pause is a delay of the broker. */
    private static final Duration IDLENESS = Duration.ofMinutes(1);

    private Reprocess() {}

    /**
     * Adds the run to an environment.
     *
     * @param ofTheJob options of the running job, with the new price book
     * @param readFrom append time from which records are read
     * @param refused keys of the events that the running job refused as too late
     * @param epoch epoch of the new rows
     */
    public static void define(
            StreamExecutionEnvironment env,
            JobOptions ofTheJob,
            Instant readFrom,
            Set<String> refused,
            Staging staging,
            RowRange range,
            long epoch) {
        JobOptions options = JobOptionsBuilder.builder(ofTheJob).idleness(IDLENESS).build();
        StrictEnvironment.strict(env, NO_CHECKPOINTS);
        DataStream<SourceRecord> received = events(env, options, readFrom);
        DataStream<FragmentRecord> fragments = fragments(env, options, readFrom);
        DataStream<SourceRecord> counted =
                received.union(Telemetry.replayed(fragments, options))
                        .filter(new RefusedEvents(refused))
                        .uid("not-refused")
                        .name("events that were not refused");
        Figures figures = Figures.of(Topology.admit(counted), options);
        StagedSink.attach(figures.windows(), figures.tasks().rows(), staging, range, epoch);
    }

    private static SingleOutputStreamOperator<SourceRecord> events(
            StreamExecutionEnvironment env, JobOptions options, Instant readFrom) {
        KafkaSource<SourceRecord> source =
                bounded(options, Topics.TASK_EVENTS, JobMain.deserializer(options), readFrom);
        return env.fromSource(
                        source,
                        EventTime.strategy(
                                options.outOfOrderness(), options.idleness(), options.drift()),
                        "task events")
                .uid("task-events");
    }

    /** Reads the fragments of both topics. */
    private static DataStream<FragmentRecord> fragments(
            StreamExecutionEnvironment env, JobOptions options, Instant readFrom) {
        DataStream<FragmentRecord> own =
                fragments(
                                env,
                                options,
                                Topics.SPANS,
                                new FragmentDeserializer(options.timeLimits()),
                                readFrom)
                        .uid("spans");
        String otlpTopic = options.otlpTopic();
        if (otlpTopic.isEmpty()) {
            return own;
        }
        return own.union(
                fragments(
                                env,
                                options,
                                otlpTopic,
                                new OtlpSpansDeserializer(options.timeLimits()),
                                readFrom)
                        .uid("otlp-spans"));
    }

    private static SingleOutputStreamOperator<FragmentRecord> fragments(
            StreamExecutionEnvironment env,
            JobOptions options,
            String topic,
            KafkaRecordDeserializationSchema<FragmentRecord> deserializer,
            Instant readFrom) {
        return env.fromSource(
                bounded(options, topic, deserializer, readFrom),
                WatermarkStrategy.<FragmentRecord>forMonotonousTimestamps()
                        .withTimestampAssigner((record, append) -> record.appendMillis()),
                topic);
    }

    private static <T> KafkaSource<T> bounded(
            JobOptions options,
            String topic,
            KafkaRecordDeserializationSchema<T> deserializer,
            Instant readFrom) {
        return JobMain.reading(
                        options, List.of(topic), options.groupId() + "-reprocess", deserializer)
                .setStartingOffsets(OffsetsInitializer.timestamp(readFrom.toEpochMilli()))
                .setBounded(OffsetsInitializer.latest())
                .build();
    }
}
