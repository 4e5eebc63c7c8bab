package io.agentanalytics.job;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.ingest.ControlDeserializer;
import io.agentanalytics.job.ingest.EventDeserializer;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.telemetry.FragmentDeserializer;
import io.agentanalytics.job.telemetry.FragmentRecord;
import io.agentanalytics.job.telemetry.OtlpSpansDeserializer;
import io.agentanalytics.job.time.EventTime;
import io.agentanalytics.job.time.TimeLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/**
 * Sources of the job.
 *
 * @param readFrom append time from which a bounded run reads; null for the job itself
 */
record Sources(StreamExecutionEnvironment env, JobOptions options, @Nullable Instant readFrom) {
    DataStream<SourceRecord> events() {
        var deserializer = new EventDeserializer(options.timeLimits());
        return env.fromSource(
                        source(Topics.TASK_EVENTS, options.groupId(), deserializer),
                        EventTime.strategy(options.watermarkLimits(), options.drift()),
                        "task events")
                .uid("task-events");
    }

    /** Adds the spans of the intake, and those that a Collector writes to Kafka itself. */
    DataStream<FragmentRecord> fragments() {
        TimeLimits limits = options.timeLimits();
        var spans = fragments(Topics.SPANS, new FragmentDeserializer(limits), "spans").uid("spans");
        String otlp = options.otlpTopic();
        return otlp.isEmpty()
                ? spans
                : spans.union(
                        fragments(otlp, new OtlpSpansDeserializer(limits), "spans of the collector")
                                .uid("otlp-spans"));
    }

    /**
     * A start without state reads all changes of rules and policies from the beginning. After a
     * failure, the job reads the alerts that it has published since the checkpoint.
     */
    DataStream<Control> controls() {
        List<String> topics =
                List.of(
                        Topics.ALERT_RULES,
                        Topics.ALERT_COMMANDS,
                        Topics.ALERTS,
                        Topics.ROUTING_POLICY,
                        Topics.BUDGET_DEFINITIONS);
        var source =
                reading(topics, options.groupId() + "-controls", new ControlDeserializer())
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .build();
        return env.fromSource(source, EventTime.none(), "rules and commands")
                .setParallelism(1)
                .uid("controls")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD);
    }

    /** The watermark of fragments is the append time of their topic. */
    private SingleOutputStreamOperator<FragmentRecord> fragments(
            String topic,
            KafkaRecordDeserializationSchema<FragmentRecord> deserializer,
            String name) {
        return env.fromSource(
                source(topic, options.groupId() + "-" + topic, deserializer),
                readFrom != null
                        ? WatermarkStrategy.<FragmentRecord>forMonotonousTimestamps()
                                .withTimestampAssigner((record, append) -> record.appendMillis())
                        : EventTime.appended(
                                        options.watermarkLimits(), FragmentRecord::appendMillis)
                                .withWatermarkAlignment(
                                        topic, options.drift(), Duration.ofMillis(500)),
                name);
    }

    /** Without state everything is recomputed; a later offset would make rows too small. */
    private <T> KafkaSource<T> source(
            String topic, String groupId, KafkaRecordDeserializationSchema<T> deserializer) {
        return readFrom == null
                ? reading(List.of(topic), groupId, deserializer)
                        .setProperty("partition.discovery.interval.ms", "30000")
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .build()
                : reading(List.of(topic), options.groupId() + "-reprocess", deserializer)
                        .setStartingOffsets(OffsetsInitializer.timestamp(readFrom.toEpochMilli()))
                        .setBounded(OffsetsInitializer.latest())
                        .build();
    }

    private <T> KafkaSourceBuilder<T> reading(
            List<String> topics, String groupId, KafkaRecordDeserializationSchema<T> deserializer) {
        Properties properties = new Properties();
        // An outage of Kafka for some minutes must not restart the job.
        properties.put("default.api.timeout.ms", "600000");
        properties.putAll(options.kafka());
        return KafkaSource.<T>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setTopics(topics)
                .setGroupId(groupId)
                .setProperties(properties)
                .setDeserializer(deserializer);
    }
}
