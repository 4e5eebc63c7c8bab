package io.agentanalytics.job;

import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.options.JobOptionsBuilder;
import io.agentanalytics.job.sinks.RowRange;
import io.agentanalytics.job.sinks.StagedSink;
import io.agentanalytics.job.sinks.Staging;
import io.agentanalytics.job.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.apache.flink.streaming.api.datastream.DataStream;
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
        Sources sources = new Sources(env, options, readFrom);
        DataStream<SourceRecord> events = sources.events();
        DataStream<SourceRecord> counted =
                events.union(Telemetry.replayed(sources.fragments(), options))
                        .filter(new RefusedEvents(refused))
                        .uid("not-refused")
                        .name("events that were not refused");
        Figures figures = Figures.of(Topology.admit(counted), options);
        StagedSink.attach(figures.windows(), figures.tasks().rows(), staging, range, epoch);
    }
}
