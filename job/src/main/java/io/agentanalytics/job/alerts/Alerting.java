package io.agentanalytics.job.alerts;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.JobOptions;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction;
import io.agentanalytics.job.alerts.pattern.Patterns;
import io.agentanalytics.job.alerts.signal.AgentWatch;
import io.agentanalytics.job.alerts.signal.BudgetWatch;
import io.agentanalytics.job.alerts.signal.ClockWatch;
import io.agentanalytics.job.alerts.signal.ProviderWatch;
import io.agentanalytics.job.alerts.signal.QueueWatch;
import io.agentanalytics.job.alerts.signal.RefusalWatch;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SpendByBudget;
import io.agentanalytics.job.alerts.signal.SpendCombiner;
import io.agentanalytics.job.alerts.signal.WeightWatch;
import io.agentanalytics.job.model.Change;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Spend;
import io.agentanalytics.job.model.TaskFact;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.weights.Tempo;
import java.util.List;
import java.util.Locale;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Signals, patterns over them, and one life cycle. */
public final class Alerting {
    private static final TypeInformation<Signal> SIGNAL = TypeInformation.of(Signal.class);

    /** Alerts with every transition, and what people are told of them. */
    public record Streams(DataStream<Alert> alerts, DataStream<Notification> notifications) {}

    private final DataStream<Control> controls;
    private final BroadcastStream<AlertRule> rules;
    private final List<AlertRule> initial;
    private final Tempo tempo;

    private Alerting(DataStream<Control> controls, JobOptions options) {
        this.controls = controls;
        this.initial = options.rules();
        this.tempo = options.tempo();
        this.rules =
                controls.filter(control -> control.rule() != null)
                        .uid("rule-changes")
                        .name("rule changes")
                        .map(Control::rule, TypeInformation.of(AlertRule.class))
                        .uid("rules")
                        .name("rules")
                        .broadcast(RuledFunction.RULES);
    }

    /**
     * Builds everything about alerts.
     *
     * @param changes of cells, with the cost of calls
     * @param decisions about provider weights, of all scopes
     * @param options with the rules that hold before any change
     */
    public static Streams of(
            DataStream<Change> changes,
            DataStream<TaskFact> facts,
            DataStream<QueueChange> queue,
            DataStream<WindowRow> windows,
            DataStream<WeightDecision> decisions,
            DataStream<Control> controls,
            JobOptions options) {
        return new Alerting(controls, options).build(changes, facts, queue, windows, decisions);
    }

    private Streams build(
            DataStream<Change> changes,
            DataStream<TaskFact> facts,
            DataStream<QueueChange> queue,
            DataStream<WindowRow> windows,
            DataStream<WeightDecision> decisions) {
        DataStream<TaskFact> ofAgents =
                facts.filter(fact -> fact.kind() != TaskFact.Kind.REFUSED)
                        .uid("agent-facts")
                        .name("facts about agents");
        DataStream<Signal> signals =
                agents(ofAgents)
                        .union(
                                clocks(ofAgents),
                                refusals(facts),
                                providers(windows),
                                queues(queue),
                                budget(changes),
                                weights(decisions));
        var alerts =
                signals.union(Patterns.over(signals))
                        .keyBy(signal -> "alerts", Types.STRING)
                        .connect(controls.keyBy(control -> "alerts", Types.STRING))
                        .process(new LifecycleFunction(), TypeInformation.of(Alert.class))
                        .uid("alert-lifecycle")
                        .name("alert life cycle");
        return new Streams(alerts, alerts.getSideOutput(LifecycleFunction.NOTIFICATIONS));
    }

    private SingleOutputStreamOperator<Signal> agents(DataStream<TaskFact> facts) {
        return facts.keyBy(TaskFact::agentId, Types.STRING)
                .connect(rules)
                .process(new AgentWatch(initial), SIGNAL)
                .uid("agent-watch")
                .name("watch agents");
    }

    private SingleOutputStreamOperator<Signal> clocks(DataStream<TaskFact> facts) {
        return facts.keyBy(TaskFact::agentId, Types.STRING)
                .connect(rules)
                .process(new ClockWatch(initial), SIGNAL)
                .uid("clock-watch")
                .name("watch agents by the clock");
    }

    private SingleOutputStreamOperator<Signal> refusals(DataStream<TaskFact> facts) {
        return facts.filter(RefusalWatch::isRefusal)
                .uid("refusal-facts")
                .name("refusals by providers")
                .keyBy(RefusalWatch::keyOf, Types.STRING)
                .connect(rules)
                .process(new RefusalWatch(initial), SIGNAL)
                .uid("refusal-watch")
                .name("tell refusals early");
    }

    private SingleOutputStreamOperator<Signal> providers(DataStream<WindowRow> windows) {
        return panes(windows, Scope.Kind.PROVIDER)
                .keyBy(row -> "providers", Types.STRING)
                .connect(rules)
                .process(new ProviderWatch(initial), SIGNAL)
                .uid("provider-watch")
                .name("watch providers");
    }

    private SingleOutputStreamOperator<Signal> queues(DataStream<QueueChange> queue) {
        return queue.keyBy(QueueChange::agentType, Types.STRING)
                .connect(rules)
                .process(new QueueWatch(initial), SIGNAL)
                .uid("queue-watch")
                .name("watch queues");
    }

    private SingleOutputStreamOperator<Signal> budget(DataStream<Change> changes) {
        return changes.connect(rules)
                .process(new SpendByBudget(initial), TypeInformation.of(Spend.class))
                .uid("spend-by-budget")
                .name("spend by budget")
                .transform("combine spend", TypeInformation.of(Spend.class), new SpendCombiner())
                .uid("spend-combiner")
                .keyBy(Spend::of, Types.STRING)
                .connect(rules)
                .process(new BudgetWatch(initial), SIGNAL)
                .uid("budget-watch")
                .name("watch budgets");
    }

    private SingleOutputStreamOperator<Signal> weights(DataStream<WeightDecision> decisions) {
        return decisions
                .filter(decision -> decision.scope().equals(WeightScope.GLOBAL))
                .uid("global-decisions")
                .name("weights of all")
                .keyBy(WeightDecision::scope, Types.STRING)
                .connect(rules)
                .process(new WeightWatch(initial, tempo), SIGNAL)
                .uid("weight-watch")
                .name("watch the weights");
    }

    private static DataStream<WindowRow> panes(DataStream<WindowRow> windows, Scope.Kind kind) {
        String name = kind.name().toLowerCase(Locale.ROOT);
        return windows.filter(
                        row ->
                                row.closed()
                                        && row.seconds() == Pane.SECONDS
                                        && row.scope().kind() == kind)
                .uid(name + "-panes")
                .name("closed panes of " + name);
    }
}
