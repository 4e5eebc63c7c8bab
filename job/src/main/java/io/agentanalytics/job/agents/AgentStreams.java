package io.agentanalytics.job.agents;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.options.JobOptions;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Pipeline from signals of agents to their rows.
 *
 * @param rows agents
 * @param progress event time, and the numbers of pending and running tasks of the fleet
 */
public record AgentStreams(DataStream<AgentRow> rows, DataStream<ProgressRow> progress) {
    private static final TypeInformation<AgentSignal> SIGNAL =
            TypeInformation.of(AgentSignal.class);

    /** Builds all operators of the pipeline. */
    public static AgentStreams of(DataStream<AgentSignal> signals, JobOptions options) {
        return new AgentStreams(rows(signals, options), progress(signals));
    }

    private static DataStream<AgentRow> rows(DataStream<AgentSignal> signals, JobOptions options) {
        return signals.transform("combine agent signals", SIGNAL, new AgentCombiner())
                .uid("agent-combiner")
                .keyBy(AgentSignal::agentId, Types.STRING)
                .process(
                        new AgentRegistry(
                                options.openFor().plus(options.lateness().multipliedBy(2))))
                .returns(TypeInformation.of(AgentRow.class))
                .uid("agent-registry")
                .name("agents");
    }

    private static DataStream<ProgressRow> progress(DataStream<AgentSignal> signals) {
        return signals.transform("combine the fleet", SIGNAL, new FleetCombiner())
                .uid("fleet-combiner")
                .keyBy(AgentSignal::agentId, Types.STRING)
                .process(new FleetGauge())
                .returns(TypeInformation.of(ProgressRow.class))
                .uid("fleet-gauge")
                .name("fleet gauge");
    }
}
