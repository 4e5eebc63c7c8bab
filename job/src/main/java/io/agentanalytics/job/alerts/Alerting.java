package io.agentanalytics.job.alerts;

import io.agentanalytics.contract.Pane;
import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.weights.WeightDecision;
import io.agentanalytics.contract.weights.WeightScope;
import io.agentanalytics.job.alerts.lifecycle.LifecycleFunction;
import io.agentanalytics.job.alerts.pattern.Patterns;
import io.agentanalytics.job.alerts.signal.AgentDetectors;
import io.agentanalytics.job.alerts.signal.BudgetDetector;
import io.agentanalytics.job.alerts.signal.ClockDetectors;
import io.agentanalytics.job.alerts.signal.ProviderDetectors;
import io.agentanalytics.job.alerts.signal.QueueDetector;
import io.agentanalytics.job.alerts.signal.RefusalDetector;
import io.agentanalytics.job.alerts.signal.RuledFunction;
import io.agentanalytics.job.alerts.signal.Signal;
import io.agentanalytics.job.alerts.signal.SpendByBudget;
import io.agentanalytics.job.alerts.signal.SpendCombiner;
import io.agentanalytics.job.alerts.signal.WeightDetectors;
import io.agentanalytics.job.alerts.tree.TreeCombiner;
import io.agentanalytics.job.alerts.tree.TreeDetector;
import io.agentanalytics.job.alerts.tree.TreeFunction;
import io.agentanalytics.job.alerts.tree.TreeStatus;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.ControlStreams;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.QueueChange;
import io.agentanalytics.job.model.ScopeKind;
import io.agentanalytics.job.model.Spend;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.model.WindowRow;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Alert pipeline: detectors and patterns emit signals, and one lifecycle turns them into alerts.
 */
public final class Alerting {
    private static final TypeInformation<Signal> SIGNAL = TypeInformation.of(Signal.class);

    /** Alert records (transitions and newer values) and the notifications about them. */
    public record AlertStreams(DataStream<Alert> alerts, DataStream<Notification> notifications) {}

    private final DataStream<Control> controls;
    private final BroadcastStream<AlertRule> rules;
    private final List<AlertRule> initial;
    private final ScaledClock clock;

    private Alerting(DataStream<Control> controls, JobOptions options) {
        this.controls = controls;
        this.initial = options.rules();
        this.clock = options.clock();
        this.rules =
                ControlStreams.of(controls, Control::rule, AlertRule.class, "rules")
                        .broadcast(RuledFunction.RULES);
    }

    /** Builds all operators of the alert pipeline. */
    public static AlertStreams of(
            AlertInputs inputs, DataStream<Control> controls, JobOptions options) {
        return new Alerting(controls, options).build(inputs);
    }

    private AlertStreams build(AlertInputs in) {
        DataStream<TaskOutcome> ofAgents =
                in.outcomes()
                        .filter(outcome -> outcome.kind() != OutcomeKind.REFUSED)
                        .uid("agent-facts")
                        .name("outcomes of agents");
        DataStream<Signal> signals =
                agents(ofAgents)
                        .union(
                                clocks(ofAgents),
                                refusals(in.outcomes()),
                                providers(in.windows()),
                                queues(in.queue()),
                                budget(in.changes()),
                                trees(in.trees()),
                                weights(in.decisions()));
        var alerts =
                signals.union(Patterns.over(signals))
                        .keyBy(signal -> "alerts", Types.STRING)
                        .connect(controls.keyBy(control -> "alerts", Types.STRING))
                        .process(new LifecycleFunction(clock), TypeInformation.of(Alert.class))
                        .uid("alert-lifecycle")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                        .name("alert life cycle");
        return new AlertStreams(alerts, alerts.getSideOutput(LifecycleFunction.NOTIFICATIONS));
    }

    private SingleOutputStreamOperator<Signal> agents(DataStream<TaskOutcome> outcomes) {
        return outcomes.keyBy(TaskOutcome::agentId, Types.STRING)
                .connect(rules)
                .process(new AgentDetectors(initial), SIGNAL)
                .uid("agent-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate agents");
    }

    private SingleOutputStreamOperator<Signal> clocks(DataStream<TaskOutcome> outcomes) {
        return outcomes.keyBy(TaskOutcome::agentId, Types.STRING)
                .connect(rules)
                .process(new ClockDetectors(initial, clock), SIGNAL)
                .uid("clock-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate agents in processing time");
    }

    private SingleOutputStreamOperator<Signal> refusals(DataStream<TaskOutcome> outcomes) {
        return outcomes.filter(RefusalDetector::isRefusal)
                .uid("refusal-facts")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("refusals by providers")
                .keyBy(RefusalDetector::keyOf, Types.STRING)
                .connect(rules)
                .process(new RefusalDetector(initial), SIGNAL)
                .uid("refusal-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("early notices of refusals");
    }

    private SingleOutputStreamOperator<Signal> providers(DataStream<WindowRow> windows) {
        return windows.filter(
                        row ->
                                row.closed()
                                        && row.seconds() == Pane.SECONDS
                                        && row.scope().kind() == ScopeKind.PROVIDER)
                .uid("provider-panes")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("closed panes of provider")
                .keyBy(row -> "providers", Types.STRING)
                .connect(rules)
                .process(new ProviderDetectors(initial), SIGNAL)
                .uid("provider-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate providers");
    }

    private SingleOutputStreamOperator<Signal> queues(DataStream<QueueChange> queue) {
        return queue.keyBy(QueueChange::agentType, Types.STRING)
                .connect(rules)
                .process(new QueueDetector(initial), SIGNAL)
                .uid("queue-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate queues");
    }

    private SingleOutputStreamOperator<Signal> budget(DataStream<TallyDelta> changes) {
        return changes.connect(rules)
                .process(new SpendByBudget(initial), TypeInformation.of(Spend.class))
                .uid("spend-by-budget")
                .name("spend by budget")
                .transform("combine spend", TypeInformation.of(Spend.class), new SpendCombiner())
                .uid("spend-combiner")
                .keyBy(Spend::of, Types.STRING)
                .connect(rules)
                .process(new BudgetDetector(initial, clock), SIGNAL)
                .uid("budget-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate budgets");
    }

    private SingleOutputStreamOperator<Signal> trees(DataStream<TreeChange> changes) {
        return changes.transform(
                        "combine changes of trees",
                        TypeInformation.of(TreeChange.class),
                        new TreeCombiner())
                .uid("tree-combiner")
                .keyBy(TreeChange::rootTaskId, Types.STRING)
                .process(new TreeFunction())
                .returns(TypeInformation.of(TreeStatus.class))
                .uid("task-trees")
                .name("task trees")
                .keyBy(TreeStatus::agentType, Types.STRING)
                .connect(rules)
                .process(new TreeDetector(initial), SIGNAL)
                .uid("tree-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate task trees");
    }

    private SingleOutputStreamOperator<Signal> weights(DataStream<WeightDecision> decisions) {
        return decisions
                .filter(decision -> decision.scope().equals(WeightScope.GLOBAL))
                .uid("global-decisions")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("global decisions")
                .keyBy(WeightDecision::scope, Types.STRING)
                .connect(rules)
                .process(new WeightDetectors(initial, clock), SIGNAL)
                .uid("weight-watch")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("evaluate weights");
    }
}
