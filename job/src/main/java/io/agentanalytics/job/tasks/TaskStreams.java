package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskHistory;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TreeChange;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Streams of the assembly of tasks.
 *
 * @param changes changes of sums, without the tags that they count under
 */
public record TaskStreams(SingleOutputStreamOperator<TallyDelta> changes) {
    /** Events that are too late, or that a task has no room for. */
    public DataStream<DeadLetter> refused() {
        return changes.getSideOutput(TaskOutputs.REFUSED);
    }

    /** Rows of the timeline. */
    public DataStream<TaskRow> rows() {
        return changes.getSideOutput(TaskOutputs.TASKS);
    }

    public DataStream<VerdictRow> verdicts() {
        return changes.getSideOutput(TaskOutputs.VERDICTS);
    }

    /** Signals of the agents that the events name. */
    public DataStream<AgentSignal> agents() {
        return changes.getSideOutput(TaskOutputs.AGENTS);
    }

    /** Beginnings, calls, endings and corrections of tasks. */
    public DataStream<TaskOutcome> outcomes() {
        return changes.getSideOutput(TaskOutputs.OUTCOMES);
    }

    /** Requests to providers, for the weights. */
    public DataStream<ProviderRequest> requests() {
        return changes.getSideOutput(TaskOutputs.REQUESTS);
    }

    /** The changes of sums, with the tags that they count under. */
    public DataStream<TallyDelta> tagged() {
        return changes.getSideOutput(TaskOutputs.TAGGED);
    }

    /** Tasks whose cost changed, and those that ended. */
    public DataStream<TaskInFlight> inFlight() {
        return changes.getSideOutput(TaskOutputs.IN_FLIGHT);
    }

    public DataStream<TreeChange> trees() {
        return changes.getSideOutput(TaskOutputs.TREES);
    }

    /** Calls of each task that ended, as often as its row is written. */
    public DataStream<TaskHistory> ended() {
        return changes.getSideOutput(TaskOutputs.ENDED);
    }

    /** Changes of the queues of agent types, combined locally. */
    public DataStream<QueueChange> queue() {
        return changes.getSideOutput(TaskOutputs.QUEUE)
                .transform(
                        "combine queue changes",
                        TypeInformation.of(QueueChange.class),
                        new QueueCombiner())
                .uid("queue-combiner");
    }
}
