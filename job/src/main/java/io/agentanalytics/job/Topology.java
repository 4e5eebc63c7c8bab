package io.agentanalytics.job;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.agents.AgentStreams;
import io.agentanalytics.job.alerts.AlertInputs;
import io.agentanalytics.job.alerts.Alerting;
import io.agentanalytics.job.budgets.Budgeting;
import io.agentanalytics.job.ingest.Admission;
import io.agentanalytics.job.ingest.RefusalCounter;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.Outputs;
import io.agentanalytics.job.sinks.OutputsBuilder;
import io.agentanalytics.job.tasks.QueueCombiner;
import io.agentanalytics.job.tasks.TaskOutputs;
import io.agentanalytics.job.waste.Waste;
import io.agentanalytics.job.weights.Weighting;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Dataflow of the job. Contains no connectors, rules or parsing. */
public final class Topology {
    private Topology() {}

    /** Builds the job on a stream of records with event time. */
    public static Outputs build(
            DataStream<SourceRecord> received, DataStream<Control> controls, JobOptions options) {
        var admitted = admit(received);
        return ofAdmitted(admitted, admitted.getSideOutput(Admission.REFUSED), controls, options);
    }

    /**
     * Builds the job on two streams of records with event time: events, and what was assembled from
     * spans. Both are admitted on their own, because Flink cannot chain an operator to a union.
     */
    public static Outputs build(
            DataStream<SourceRecord> received,
            DataStream<SourceRecord> assembled,
            DataStream<Control> controls,
            JobOptions options) {
        var admitted = admit(received);
        var ofSpans =
                assembled
                        .process(new Admission())
                        .uid("span-admission")
                        .name("admit events of spans");
        return ofAdmitted(
                admitted.union(ofSpans),
                admitted.getSideOutput(Admission.REFUSED)
                        .union(ofSpans.getSideOutput(Admission.REFUSED)),
                controls,
                options);
    }

    private static Outputs ofAdmitted(
            DataStream<SourceRecord> admitted,
            DataStream<DeadLetter> refused,
            DataStream<Control> controls,
            JobOptions options) {
        Figures figures = Figures.of(admitted, options);
        var changes = figures.changes();
        var weights = weights(changes, controls, options);
        var agents = AgentStreams.of(changes.getSideOutput(TaskOutputs.AGENTS), options);
        var alerts = Alerting.of(alertInputs(figures, weights.decisions()), controls, options);
        DataStream<DeadLetter> deadLetters =
                refused.union(changes.getSideOutput(TaskOutputs.REFUSED), refused(controls));
        return OutputsBuilder.builder()
                .windows(figures.windows())
                .tasks(changes.getSideOutput(TaskOutputs.TASKS))
                .verdicts(changes.getSideOutput(TaskOutputs.VERDICTS))
                .agents(agents.rows())
                .progress(agents.progress())
                .alerts(alerts.alerts())
                .notifications(alerts.notifications())
                .weights(weights)
                .budgets(budgets(changes, alerts.alerts(), controls, options))
                .waste(Waste.of(changes.getSideOutput(TaskOutputs.ENDED)))
                .deadLetters(deadLetters)
                .refusals(RefusalCounter.over(deadLetters, "refusal-counter", "count dead letters"))
                .build();
    }

    private static Weighting.WeightStreams weights(
            SingleOutputStreamOperator<TallyDelta> changes,
            DataStream<Control> controls,
            JobOptions options) {
        return Weighting.of(
                changes.getSideOutput(TaskOutputs.REQUESTS),
                changes.getSideOutput(TaskOutputs.OUTCOMES),
                controls,
                options.clock());
    }

    private static Budgeting.BudgetStreams budgets(
            SingleOutputStreamOperator<TallyDelta> changes,
            DataStream<Alert> alerts,
            DataStream<Control> controls,
            JobOptions options) {
        return Budgeting.of(
                changes.getSideOutput(TaskOutputs.TAGGED),
                changes.getSideOutput(TaskOutputs.IN_FLIGHT),
                alerts,
                controls,
                options);
    }

    private static SingleOutputStreamOperator<QueueChange> queueChanges(
            SingleOutputStreamOperator<TallyDelta> changes) {
        return changes.getSideOutput(TaskOutputs.QUEUE)
                .transform(
                        "combine queue changes",
                        TypeInformation.of(QueueChange.class),
                        new QueueCombiner())
                .uid("queue-combiner");
    }

    private static AlertInputs alertInputs(Figures figures, DataStream<WeightDecision> decisions) {
        var changes = figures.changes();
        return new AlertInputs(
                changes,
                changes.getSideOutput(TaskOutputs.OUTCOMES),
                queueChanges(changes),
                changes.getSideOutput(TaskOutputs.TREES),
                figures.windows(),
                decisions);
    }

    /** Separates valid events from dead letters, which are in a side output. */
    static SingleOutputStreamOperator<SourceRecord> admit(DataStream<SourceRecord> received) {
        return received.process(new Admission()).uid("admission").name("admit events");
    }

    private static DataStream<DeadLetter> refused(DataStream<Control> controls) {
        return controls.filter(control -> control.deadLetter() != null)
                .uid("refused-controls")
                .name("refused controls")
                .map(Control::deadLetter, TypeInformation.of(DeadLetter.class))
                .uid("control-dead-letters")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("dead letters of controls");
    }
}
