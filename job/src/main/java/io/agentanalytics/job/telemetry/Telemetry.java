package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.Fragment;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.time.EventTime;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Dataflow from fragments to events. */
public final class Telemetry {
    private static final TypeInformation<SourceRecord> EVENT =
            TypeInformation.of(SourceRecord.class);

    private Telemetry() {}

    /** Returns the events that are assembled from fragments, and dead letters as they are. */
    public static DataStream<SourceRecord> events(
            DataStream<FragmentRecord> fragments, JobOptions options) {
        SingleOutputStreamOperator<SourceRecord> assembled =
                fragments
                        .filter(Telemetry::isFragment)
                        .uid("fragments")
                        .name("fragments")
                        .keyBy(FragmentAssembler::keyOf, Types.STRING)
                        .process(new FragmentAssembler(options.silence(), options.lateness()))
                        .returns(EVENT)
                        .uid("fragment-assembly")
                        .name("assemble fragments");
        DataStream<SourceRecord> turns = turns(assembled, options);
        DataStream<SourceRecord> complete =
                fragments
                        .filter(record -> !isFragment(record))
                        .uid("complete-fragments")
                        .name("complete events and dead letters")
                        .map(Telemetry::complete, EVENT)
                        .uid("events-of-fragments")
                        .name("events of fragments");
        return assembled
                .union(turns, complete)
                .transform(
                        "time of assembled events",
                        EVENT,
                        new FragmentTime(options.watermarkLimits()))
                .uid("fragment-time");
    }

    /** Returns the turns of conversations whose parent is known. */
    private static DataStream<SourceRecord> turns(
            SingleOutputStreamOperator<SourceRecord> assembled, JobOptions options) {
        return assembled
                .getSideOutput(FragmentAssembler.LINEAGE)
                .keyBy(FragmentAssembler::keyOf, Types.STRING)
                .process(new ConversationLineage(options.lateness()))
                .returns(EVENT)
                .uid("conversation-lineage")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("parents of conversations");
    }

    /**
     * Returns the events of past fragments. The time at which a fragment arrived is its append
     * time, so that they are the events that the running job made.
     *
     * @param fragments with the append time as event time
     */
    public static DataStream<SourceRecord> replayed(
            DataStream<FragmentRecord> fragments, JobOptions options) {
        SingleOutputStreamOperator<SourceRecord> assembled =
                fragments
                        .filter(record -> record.fragment() != null)
                        .uid("fragments")
                        .name("fragments")
                        .keyBy(Telemetry::replayKey, Types.STRING)
                        .process(new FragmentReplay(options.silence(), options.lateness()))
                        .returns(EVENT)
                        .uid("fragment-assembly")
                        .name("assemble fragments");
        return assembled
                .union(turns(assembled, options))
                .assignTimestampsAndWatermarks(EventTime.following(options.watermarkLimits()))
                .uid("fragment-time")
                .name("time of assembled events");
    }

    static String replayKey(FragmentRecord record) {
        return isFragment(record)
                ? FragmentAssembler.keyOf(record)
                : "event " + Objects.requireNonNull(complete(record).event()).taskId();
    }

    static boolean isFragment(FragmentRecord record) {
        Fragment fragment = record.fragment();
        return fragment != null && fragment.role() != Fragment.Role.EVENT;
    }

    static SourceRecord complete(FragmentRecord record) {
        Fragment fragment = record.fragment();
        return new SourceRecord(
                fragment == null ? null : fragment.event(),
                record.deadLetter(),
                SourceRecord.NO_POSITION,
                SourceRecord.NO_POSITION,
                record.appendMillis());
    }
}
