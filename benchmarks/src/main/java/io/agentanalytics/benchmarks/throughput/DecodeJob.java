package io.agentanalytics.benchmarks.throughput;

import io.agentanalytics.benchmarks.harness.BenchStack;
import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.StrictEnvironment;
import io.agentanalytics.job.ingest.EventDeserializer;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.time.TimeLimits;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** Flink job that decodes the events and discards them: the least that a Flink job can cost. */
final class DecodeJob implements Yardstick {
    private static final Duration ANY = Duration.ofDays(3650);
    private final int parallelism;

    DecodeJob(int parallelism) {
        this.parallelism = parallelism;
    }

    @Override
    public String name() {
        return "Flink job that decodes and discards";
    }

    @Override
    public void run(BenchStack stack) throws Exception {
        var env =
                StreamExecutionEnvironment.createLocalEnvironment(parallelism, new Configuration());
        StrictEnvironment.strict(env, Duration.ofSeconds(10));
        env.fromSource(source(stack), WatermarkStrategy.noWatermarks(), "task events")
                .uid("task-events")
                .sinkTo(new DiscardingSink<>())
                .uid("discard");
        env.execute("decode");
    }

    private static KafkaSource<SourceRecord> source(BenchStack stack) {
        return KafkaSource.<SourceRecord>builder()
                .setBootstrapServers(stack.kafka().get("bootstrap.servers"))
                .setTopics(Topics.TASK_EVENTS)
                .setGroupId("bench-decode")
                .setStartingOffsets(OffsetsInitializer.earliest())
                .setBounded(OffsetsInitializer.latest())
                .setDeserializer(new EventDeserializer(new TimeLimits(ANY, ANY)))
                .build();
    }
}
