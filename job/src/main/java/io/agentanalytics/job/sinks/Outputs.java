package io.agentanalytics.job.sinks;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.budgets.Budgeting;
import io.agentanalytics.job.ingest.RefusalRow;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.tasks.TaskRow;
import io.agentanalytics.job.tasks.VerdictRow;
import io.agentanalytics.job.waste.WasteFinding;
import io.agentanalytics.job.weights.Weighting;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Output streams of the topology. */
@RecordBuilder
public record Outputs(
        DataStream<WindowRow> windows,
        DataStream<TaskRow> tasks,
        DataStream<VerdictRow> verdicts,
        DataStream<AgentRow> agents,
        DataStream<ProgressRow> progress,
        DataStream<Alert> alerts,
        DataStream<Notification> notifications,
        Weighting.WeightStreams weights,
        Budgeting.BudgetStreams budgets,
        DataStream<WasteFinding> waste,
        DataStream<DeadLetter> deadLetters,
        DataStream<RefusalRow> refusals) {}
