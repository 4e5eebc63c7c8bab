package io.agentanalytics.job;

import io.agentanalytics.job.ingest.IdleClock;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.stats.DimensionCombiner;
import io.agentanalytics.job.stats.Rollup;
import io.agentanalytics.job.stats.ScopeOfChange;
import io.agentanalytics.job.stats.TallyCombiner;
import io.agentanalytics.job.tasks.TaskAssembler;
import io.agentanalytics.job.tasks.TaskStreams;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Pipeline from events to the figures.
 *
 * @param tasks streams of the assembly of tasks, among them the changes of sums
 * @param windows full values of windows
 */
record Figures(TaskStreams tasks, SingleOutputStreamOperator<WindowRow> windows) {
    private static final TypeInformation<TallyDelta> CHANGE = TypeInformation.of(TallyDelta.class);

    /** Builds all operators of the pipeline on a stream of admitted events. */
    static Figures of(DataStream<SourceRecord> admitted, JobOptions options) {
        TaskStreams tasks = new TaskStreams(assemble(admitted, options));
        var changes = tasks.changes();
        var sums =
                changes.transform("combine locally", CHANGE, new TallyCombiner())
                        .uid("tally-combiner");
        var ofDimensions =
                tasks.tagged()
                        .transform(
                                "combine by dimension",
                                CHANGE,
                                new DimensionCombiner(
                                        options.dimensions(), options.maxDimensionValues()))
                        .uid("dimension-combiner");
        return new Figures(tasks, rollup(changes.union(sums, ofDimensions), options));
    }

    private static SingleOutputStreamOperator<TallyDelta> assemble(
            DataStream<SourceRecord> events, JobOptions options) {
        TypeInformation<SourceRecord> type = TypeInformation.of(SourceRecord.class);
        var clocked =
                events.keyBy(Figures::taskOf, Types.STRING)
                        .transform("idle clock", type, new IdleClock<>(options.idleReach()))
                        .uid("idle-clock");
        // The idle clock preserves the partitioning, so task assembly needs no second shuffle.
        return DataStreamUtils.reinterpretAsKeyedStream(clocked, Figures::taskOf, Types.STRING)
                .process(
                        new TaskAssembler(
                                options.lateness(),
                                options.openFor(),
                                options.maxAgents(),
                                options.priceBook(),
                                Dimension.tags(options.dimensions())))
                .returns(CHANGE)
                .uid("task-assembly")
                .name("assemble tasks");
    }

    private static String taskOf(SourceRecord received) {
        return Objects.requireNonNull(received.event()).taskId();
    }

    private static SingleOutputStreamOperator<WindowRow> rollup(
            DataStream<TallyDelta> changes, JobOptions options) {
        return changes.keyBy(new ScopeOfChange(), TypeInformation.of(Scope.class))
                .process(new Rollup(options.lateness(), options.longWindowInterval()))
                .returns(TypeInformation.of(WindowRow.class))
                .uid("rollup")
                .name("windows");
    }
}
