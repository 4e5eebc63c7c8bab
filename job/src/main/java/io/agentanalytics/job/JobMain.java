package io.agentanalytics.job;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.ingest.ControlDeserializer;
import io.agentanalytics.job.ingest.EventDeserializer;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.AlertSink;
import io.agentanalytics.job.sinks.BudgetSink;
import io.agentanalytics.job.sinks.DeadLetterSink;
import io.agentanalytics.job.sinks.Outputs;
import io.agentanalytics.job.sinks.PostgresSinks;
import io.agentanalytics.job.sinks.WeightSink;
import io.agentanalytics.job.telemetry.FragmentDeserializer;
import io.agentanalytics.job.telemetry.FragmentRecord;
import io.agentanalytics.job.telemetry.OtlpSpansDeserializer;
import io.agentanalytics.job.telemetry.Telemetry;
import io.agentanalytics.job.time.EventTime;
import io.agentanalytics.job.time.TimeLimits;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Connects the topology to Kafka and Postgres. */
public final class JobMain {
    private JobMain() {}

    /** Runs the job on the cluster it is submitted to, with {@code --key value} options. */
    public static void main(String[] args) throws Exception {
        JobOptions options;
        try {
            options = JobOptions.parse(args, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            throw e;
        }
        var env = StreamExecutionEnvironment.getExecutionEnvironment();
        define(env, options);
        env.execute("agent-analytics");
    }

    /** Adds the whole job to an environment. */
    public static void define(StreamExecutionEnvironment env, JobOptions options) {
        StrictEnvironment.strict(env, options.checkpointInterval());
        DataStream<SourceRecord> received =
                env.fromSource(
                                source(options),
                                EventTime.strategy(
                                        options.outOfOrderness(),
                                        options.idleness(),
                                        options.drift()),
                                "task events")
                        .uid("task-events");
        DataStream<FragmentRecord> fragments = fragments(env, options);
        DataStream<Control> controls =
                env.fromSource(controls(options), EventTime.none(), "rules and commands")
                        .setParallelism(1)
                        .uid("controls")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD);
        attach(
                Topology.build(received, Telemetry.events(fragments, options), controls, options),
                options);
    }

    private static void attach(Outputs outputs, JobOptions options) {
        outputs.alerts().sinkTo(AlertSink.of(options)).uid("alerts").name("alerts");
        outputs.weights()
                .records()
                .sinkTo(WeightSink.of(options))
                .uid("weight-records")
                .name("weights");
        outputs.budgets()
                .records()
                .union(outputs.budgets().stops())
                .sinkTo(BudgetSink.of(options))
                .uid("budget-records")
                .name("budgets");
        DataStream<DeadLetter> refusedRows = PostgresSinks.attach(outputs, options);
        outputs.deadLetters()
                .union(refusedRows)
                .sinkTo(DeadLetterSink.of(options))
                .uid("dead-letters")
                .name("dead letters");
    }

    /**
     * Source of the control topics. A start without state reads all changes of rules and policies
     * from the beginning.
     */
    private static KafkaSource<Control> controls(JobOptions options) {
        List<String> topics =
                List.of(
                        Topics.ALERT_RULES,
                        Topics.ALERT_COMMANDS,
                        Topics.ROUTING_POLICY,
                        Topics.BUDGET_DEFINITIONS);
        return reading(options, topics, options.groupId() + "-controls", new ControlDeserializer())
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    /** Adds the spans of the intake, and those that a Collector writes to Kafka itself. */
    private static DataStream<FragmentRecord> fragments(
            StreamExecutionEnvironment env, JobOptions options) {
        TimeLimits limits = options.timeLimits();
        var spans =
                env.fromSource(
                                fragments(options, Topics.SPANS, new FragmentDeserializer(limits)),
                                appendTime(options, Topics.SPANS),
                                "spans")
                        .uid("spans");
        if (options.otlpTopic().isEmpty()) {
            return spans;
        }
        var deserializer = new OtlpSpansDeserializer(limits);
        return spans.union(
                env.fromSource(
                                fragments(options, options.otlpTopic(), deserializer),
                                appendTime(options, options.otlpTopic()),
                                "spans of the collector")
                        .uid("otlp-spans"));
    }

    /** Strategy for fragments: their watermark is the append time of the topic. */
    private static WatermarkStrategy<FragmentRecord> appendTime(JobOptions options, String topic) {
        return WatermarkStrategy.<FragmentRecord>forMonotonousTimestamps()
                .withTimestampAssigner((record, append) -> record.appendMillis())
                .withIdleness(options.idleness())
                .withWatermarkAlignment(topic, options.drift(), Duration.ofMillis(500));
    }

    private static KafkaSource<FragmentRecord> fragments(
            JobOptions options,
            String topic,
            KafkaRecordDeserializationSchema<FragmentRecord> deserializer) {
        return discovering(
                reading(options, List.of(topic), options.groupId() + "-" + topic, deserializer));
    }

    private static KafkaSource<SourceRecord> source(JobOptions options) {
        return discovering(
                reading(
                        options,
                        List.of(Topics.TASK_EVENTS),
                        options.groupId(),
                        deserializer(options)));
    }

    static EventDeserializer deserializer(JobOptions options) {
        return new EventDeserializer(options.timeLimits());
    }

    /** Without state everything is recomputed; a later offset would make rows too small. */
    private static <T> KafkaSource<T> discovering(KafkaSourceBuilder<T> source) {
        return source.setProperty("partition.discovery.interval.ms", "30000")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .build();
    }

    static <T> KafkaSourceBuilder<T> reading(
            JobOptions options,
            List<String> topics,
            String groupId,
            KafkaRecordDeserializationSchema<T> deserializer) {
        Properties properties = new Properties();
        properties.putAll(options.kafka());
        return KafkaSource.<T>builder()
                .setBootstrapServers(options.bootstrapServers())
                .setTopics(topics)
                .setGroupId(groupId)
                .setProperties(properties)
                .setDeserializer(deserializer);
    }
}
