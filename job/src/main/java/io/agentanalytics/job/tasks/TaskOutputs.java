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
import org.apache.flink.util.OutputTag;

/** Side outputs of {@link TaskAssembler}. */
public final class TaskOutputs {
    public static final OutputTag<DeadLetter> REFUSED = new OutputTag<>("refused-at-the-door") {};
    public static final OutputTag<TaskRow> TASKS = new OutputTag<>("tasks") {};
    public static final OutputTag<VerdictRow> VERDICTS = new OutputTag<>("verdicts") {};
    public static final OutputTag<AgentSignal> AGENTS = new OutputTag<>("agents") {};
    public static final OutputTag<TaskOutcome> OUTCOMES = new OutputTag<>("outcomes") {};
    public static final OutputTag<QueueChange> QUEUE = new OutputTag<>("queue") {};

    /** Changes of the main output, with the tags that they count under. */
    public static final OutputTag<TallyDelta> TAGGED = new OutputTag<>("tagged-changes") {};

    /** Tasks whose cost changed, and those that ended. */
    public static final OutputTag<TaskInFlight> IN_FLIGHT = new OutputTag<>("tasks-in-flight") {};

    /** Changes of task trees. */
    public static final OutputTag<TreeChange> TREES = new OutputTag<>("trees") {};

    /** Calls of each task that ended, as often as its row is written. */
    public static final OutputTag<TaskHistory> ENDED = new OutputTag<>("tasks-ended") {};

    public static final OutputTag<ProviderRequest> REQUESTS = new OutputTag<>("requests") {};

    private TaskOutputs() {}
}
