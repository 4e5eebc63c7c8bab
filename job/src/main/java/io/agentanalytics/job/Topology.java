package io.agentanalytics.job;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.job.agents.AgentCombiner;
import io.agentanalytics.job.agents.AgentRegistry;
import io.agentanalytics.job.agents.AgentRow;
import io.agentanalytics.job.agents.FleetCombiner;
import io.agentanalytics.job.agents.FleetGauge;
import io.agentanalytics.job.agents.ProgressRow;
import io.agentanalytics.job.alerts.AlertInputs;
import io.agentanalytics.job.alerts.Alerting;
import io.agentanalytics.job.budgets.Budgeting;
import io.agentanalytics.job.ingest.Admission;
import io.agentanalytics.job.ingest.IdleClock;
import io.agentanalytics.job.ingest.RefusalCounter;
import io.agentanalytics.job.model.AgentSignal;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.DeadLetter;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.SourceRecord;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.stats.DimensionCombiner;
import io.agentanalytics.job.stats.Rollup;
import io.agentanalytics.job.stats.ScopeOfChange;
import io.agentanalytics.job.stats.TallyCombiner;
import io.agentanalytics.job.tasks.QueueCombiner;
import io.agentanalytics.job.tasks.TaskAssembler;
import io.agentanalytics.job.tasks.TaskOutputs;
import io.agentanalytics.job.waste.Waste;
import io.agentanalytics.job.weights.Weighting;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamUtils;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Dataflow of the job. Contains no connectors, rules or parsing. */
public final class Topology {
    private static final TypeInformation<TallyDelta> CHANGE = TypeInformation.of(TallyDelta.class);

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
        Figures figures = figures(admitted, options);
        var changes = figures.changes();
        var weights = weights(changes, controls, options);
        var alerts = Alerting.of(alertInputs(figures, weights.decisions()), controls, options);
        DataStream<DeadLetter> deadLetters =
                refused.union(changes.getSideOutput(TaskOutputs.REFUSED), refused(controls));
        return OutputsBuilder.builder()
                .windows(figures.windows())
                .tasks(changes.getSideOutput(TaskOutputs.TASKS))
                .verdicts(changes.getSideOutput(TaskOutputs.VERDICTS))
                .agents(agents(agentSignals(changes), options))
                .progress(progress(changes.getSideOutput(TaskOutputs.AGENTS)))
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

    private static SingleOutputStreamOperator<AgentSignal> agentSignals(
            SingleOutputStreamOperator<TallyDelta> changes) {
        return changes.getSideOutput(TaskOutputs.AGENTS)
                .transform(
                        "combine agent signals",
                        TypeInformation.of(AgentSignal.class),
                        new AgentCombiner())
                .uid("agent-combiner");
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

    /** Builds the part that computes the figures, without agents, alerts and weights. */
    static Figures figures(DataStream<SourceRecord> admitted, JobOptions options) {
        var changes = assemble(admitted, options);
        var sums =
                changes.transform("combine locally", CHANGE, new TallyCombiner())
                        .uid("tally-combiner");
        var ofDimensions =
                changes.getSideOutput(TaskOutputs.TAGGED)
                        .transform(
                                "combine by dimension",
                                CHANGE,
                                new DimensionCombiner(
                                        options.dimensions(), options.maxDimensionValues()))
                        .uid("dimension-combiner");
        return new Figures(changes, rollup(changes.union(sums, ofDimensions), options));
    }

    private static SingleOutputStreamOperator<TallyDelta> assemble(
            DataStream<SourceRecord> events, JobOptions options) {
        TypeInformation<SourceRecord> type = TypeInformation.of(SourceRecord.class);
        var clocked =
                events.keyBy(Topology::taskOf, Types.STRING)
                        .transform("idle clock", type, new IdleClock<>(options.idleReach()))
                        .uid("idle-clock");
        // The idle clock preserves the partitioning, so task assembly needs no second shuffle.
        return DataStreamUtils.reinterpretAsKeyedStream(clocked, Topology::taskOf, Types.STRING)
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

    private static DataStream<DeadLetter> refused(DataStream<Control> controls) {
        return controls.filter(control -> control.deadLetter() != null)
                .uid("refused-controls")
                .name("refused controls")
                .map(Control::deadLetter, TypeInformation.of(DeadLetter.class))
                .uid("control-dead-letters")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("dead letters of controls");
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

    private static SingleOutputStreamOperator<AgentRow> agents(
            DataStream<AgentSignal> signals, JobOptions options) {
        return signals.keyBy(AgentSignal::agentId, Types.STRING)
                .process(
                        new AgentRegistry(
                                options.openFor().plus(options.lateness().multipliedBy(2))))
                .returns(TypeInformation.of(AgentRow.class))
                .uid("agent-registry")
                .name("agents");
    }

    private static SingleOutputStreamOperator<ProgressRow> progress(
            DataStream<AgentSignal> signals) {
        return signals.transform(
                        "combine the fleet",
                        TypeInformation.of(AgentSignal.class),
                        new FleetCombiner())
                .uid("fleet-combiner")
                .keyBy(AgentSignal::agentId, Types.STRING)
                .process(new FleetGauge())
                .returns(TypeInformation.of(ProgressRow.class))
                .uid("fleet-gauge")
                .name("fleet gauge");
    }
}
