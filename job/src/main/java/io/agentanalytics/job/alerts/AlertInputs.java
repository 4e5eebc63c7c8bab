package io.agentanalytics.job.alerts;

import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.model.WindowRow;
import org.apache.flink.streaming.api.datastream.DataStream;

/**
 * Streams from which alerts are derived.
 *
 * @param changes tally changes, including the cost of calls
 * @param decisions provider weight decisions of all scopes
 */
public record AlertInputs(
        DataStream<TallyDelta> changes,
        DataStream<TaskOutcome> outcomes,
        DataStream<QueueChange> queue,
        DataStream<TreeChange> trees,
        DataStream<WindowRow> windows,
        DataStream<WeightDecision> decisions) {}
