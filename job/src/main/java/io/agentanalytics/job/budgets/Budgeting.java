package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.alerts.Alert;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.BufferTimeout;
import io.agentanalytics.job.model.Control;
import io.agentanalytics.job.model.ControlStreams;
import io.agentanalytics.job.model.Dimension;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.job.time.ScaledClock;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.BroadcastStream;
import org.apache.flink.streaming.api.datastream.DataStream;

/** Pipeline from the cost of calls and tasks to the status of budgets. */
public final class Budgeting {
    private static final TypeInformation<BudgetChange> CHANGE =
            TypeInformation.of(BudgetChange.class);

    /**
     * Outputs of the pipeline.
     *
     * @param records current status of each budget
     * @param rows current status, and corrections of periods that are over
     * @param stops status in place of a budget's for each runaway tree that is stopped
     */
    public record BudgetStreams(
            DataStream<BudgetRecord> records,
            DataStream<BudgetStatus> rows,
            DataStream<BudgetRecord> stops) {}

    private Budgeting() {}

    /**
     * Builds all operators of the pipeline.
     *
     * @param costs changes with the tags that they count under
     */
    public static BudgetStreams of(
            DataStream<TallyDelta> costs,
            DataStream<TaskInFlight> tasks,
            DataStream<Alert> alerts,
            DataStream<Control> controls,
            JobOptions options) {
        List<String> dimensions = Dimension.tags(options.dimensions());
        var settings = settings(controls);
        var budgets = settings.broadcast(ByBudget.BUDGETS);
        var published =
                spend(costs, budgets, dimensions)
                        .union(reservations(tasks, budgets, dimensions, options.clock()))
                        .keyBy(BudgetChange::budgetId, Types.STRING)
                        .connect(settings.keyBy(BudgetSetting::budgetId, Types.STRING))
                        .process(
                                new BudgetFunction(options.clock(), options.dimensions()),
                                TypeInformation.of(BudgetRecord.class))
                        .uid("budgets")
                        .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                        .name("budgets");
        return new BudgetStreams(
                published,
                published.getSideOutput(BudgetFunction.ROWS),
                stops(alerts, options.clock()));
    }

    private static DataStream<BudgetSetting> settings(DataStream<Control> controls) {
        return ControlStreams.of(
                controls, Control::budget, BudgetSetting.class, "budget-definitions");
    }

    private static DataStream<BudgetRecord> stops(DataStream<Alert> alerts, ScaledClock clock) {
        return alerts.filter(TreeStops::concerns)
                .uid("tree-alerts")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("alerts about trees")
                .keyBy(Alert::fingerprint, Types.STRING)
                .process(new TreeStops(clock), TypeInformation.of(BudgetRecord.class))
                .uid("tree-stops")
                .setBufferTimeout(BufferTimeout.FLUSH_EACH_RECORD)
                .name("stop runaway trees");
    }

    private static DataStream<BudgetChange> spend(
            DataStream<TallyDelta> costs,
            BroadcastStream<BudgetSetting> budgets,
            List<String> dimensions) {
        return costs.transform(
                        "combine cost by labels",
                        TypeInformation.of(CellSpend.class),
                        new CellSpendCombiner())
                .uid("budget-spend-combiner")
                .connect(budgets)
                .process(new ByBudget.OfSpend(dimensions), CHANGE)
                .uid("budget-spend")
                .name("cost by budget");
    }

    private static DataStream<BudgetChange> reservations(
            DataStream<TaskInFlight> tasks,
            BroadcastStream<BudgetSetting> budgets,
            List<String> dimensions,
            ScaledClock clock) {
        return tasks.transform(
                        "combine tasks in flight",
                        TypeInformation.of(TaskInFlight.class),
                        new TaskCombiner())
                .uid("budget-task-combiner")
                .connect(budgets)
                .process(new ByBudget.OfTasks(dimensions), TypeInformation.of(TaskOfBudgets.class))
                .uid("budget-tasks")
                .name("tasks by budget")
                .keyBy(in -> in.task().agentId(), Types.STRING)
                .process(new ReservationFunction(clock))
                .returns(CHANGE)
                .uid("budget-reservations")
                .name("reserve tasks in flight");
    }
}
