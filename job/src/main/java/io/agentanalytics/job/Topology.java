package io.agentanalytics.job;

import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.agents.AgentStreams;
import io.agentanalytics.job.alerts.AlertInputs;
import io.agentanalytics.job.alerts.Alerting;
import io.agentanalytics.job.budgets.Budgeting;
import io.agentanalytics.job.ingest.Admission;
import io.agentanalytics.job.ingest.RefusalCounter;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.ControlStreams;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.sinks.Outputs;
import io.agentanalytics.job.sinks.OutputsBuilder;
import io.agentanalytics.job.tasks.TaskStreams;
import io.agentanalytics.job.waste.Waste;
import io.agentanalytics.job.weights.Weighting;
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
        TaskStreams tasks = figures.tasks();
        var weights = Weighting.of(tasks.requests(), tasks.outcomes(), controls, options.clock());
        var agents = AgentStreams.of(tasks.agents(), options);
        var alerts = Alerting.of(alertInputs(figures, weights.decisions()), controls, options);
        var budgets =
                Budgeting.of(tasks.tagged(), tasks.inFlight(), alerts.alerts(), controls, options);
        DataStream<DeadLetter> deadLetters = refused.union(tasks.refused(), refused(controls));
        return OutputsBuilder.builder()
                .windows(figures.windows())
                .tasks(tasks.rows())
                .verdicts(tasks.verdicts())
                .agents(agents.rows())
                .progress(agents.progress())
                .alerts(alerts.alerts())
                .notifications(alerts.notifications())
                .weights(weights)
                .budgets(budgets)
                .waste(Waste.of(tasks.ended()))
                .deadLetters(deadLetters)
                .refusals(RefusalCounter.over(deadLetters, "refusal-counter", "count dead letters"))
                .build();
    }

    private static AlertInputs alertInputs(Figures figures, DataStream<WeightDecision> decisions) {
        TaskStreams tasks = figures.tasks();
        return new AlertInputs(
                tasks.changes(),
                tasks.outcomes(),
                tasks.queue(),
                tasks.trees(),
                figures.windows(),
                decisions);
    }

    /** Separates valid events from dead letters, which are in a side output. */
    static SingleOutputStreamOperator<SourceRecord> admit(DataStream<SourceRecord> received) {
        return received.process(new Admission()).uid("admission").name("admit events");
    }

    private static DataStream<DeadLetter> refused(DataStream<Control> controls) {
        return ControlStreams.of(
                controls, Control::deadLetter, DeadLetter.class, "control-dead-letters");
    }
}
