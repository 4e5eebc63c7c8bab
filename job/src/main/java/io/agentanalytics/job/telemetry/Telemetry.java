package io.agentanalytics.job.telemetry;

import io.agentanalytics.job.JobOptions;
import io.agentanalytics.job.ingest.EventTime;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Dataflow from fragments to events. */
public final class Telemetry {
    private static final TypeInformation<SourceRecord> EVENT =
            TypeInformation.of(SourceRecord.class);

    /** Repeats may wait in a spool or a collector that was cut off. */
    private static final Duration REPEATS = Duration.ofHours(1);

    private Telemetry() {}

    /** Returns the events that fragments make, and dead letters as they are. */
    public static DataStream<SourceRecord> events(
            DataStream<FragmentRecord> fragments, JobOptions options) {
        DataStream<SourceRecord> assembled =
                fragments
                        .filter(record -> record.fragment() != null)
                        .uid("fragments")
                        .name("fragments")
                        .keyBy(FragmentAssembler::keyOf, Types.STRING)
                        .process(
                                new FragmentAssembler(
                                        options.silence(), options.lateness().plus(REPEATS)))
                        .returns(EVENT)
                        .uid("fragment-assembly")
                        .name("assemble fragments");
        DataStream<SourceRecord> refused =
                fragments
                        .filter(record -> record.deadLetter() != null)
                        .uid("refused-fragments")
                        .name("refused fragments")
                        .map(Telemetry::refusal, EVENT)
                        .uid("fragment-dead-letters")
                        .name("dead letters of fragments");
        return assembled
                .union(refused)
                .assignTimestampsAndWatermarks(
                        EventTime.following(options.outOfOrderness(), options.idleness()))
                .uid("fragment-time")
                .name("time of assembled events");
    }

    private static SourceRecord refusal(FragmentRecord record) {
        DeadLetter letter = record.deadLetter();
        return new SourceRecord(
                null, letter, record.partition(), record.offset(), record.appendMillis());
    }
}
