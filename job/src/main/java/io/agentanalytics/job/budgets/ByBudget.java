package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.job.model.BudgetSetting;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.TaskInFlight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.co.BroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/** Assigns records to the budgets in which they count. The definitions are in broadcast state. */
abstract class ByBudget<IN, OUT> extends BroadcastProcessFunction<IN, BudgetSetting, OUT> {
    private static final long serialVersionUID = 1L;

    static final MapStateDescriptor<String, Budget> BUDGETS =
            new MapStateDescriptor<>("budgets", Types.STRING, TypeInformation.of(Budget.class));

    private final ArrayList<String> dimensions;
    private transient @Nullable BudgetBook book;

    /**
     * @param dimensions tags that the job counts
     */
    ByBudget(List<String> dimensions) {
        this.dimensions = new ArrayList<>(dimensions);
    }

    @Override
    public void processBroadcastElement(BudgetSetting setting, Context context, Collector<OUT> out)
            throws Exception {
        BroadcastState<String, Budget> budgets = context.getBroadcastState(BUDGETS);
        Budget budget = setting.budget();
        if (budget == null) {
            budgets.remove(setting.budgetId());
        } else {
            budgets.put(setting.budgetId(), budget);
        }
        book = null;
    }

    final BudgetBook book(ReadOnlyContext context) throws Exception {
        BudgetBook known = book;
        if (known == null) {
            Map<String, Budget> all = new HashMap<>();
            for (Map.Entry<String, Budget> one :
                    context.getBroadcastState(BUDGETS).immutableEntries()) {
                all.put(one.getKey(), one.getValue());
            }
            known = new BudgetBook(all.values(), dimensions);
            book = known;
        }
        return known;
    }

    /** Assigns spend. */
    static final class OfSpend extends ByBudget<CellSpend, BudgetChange> {
        private static final long serialVersionUID = 1L;

        OfSpend(List<String> dimensions) {
            super(dimensions);
        }

        @Override
        public void processElement(
                CellSpend spend, ReadOnlyContext context, Collector<BudgetChange> out)
                throws Exception {
            for (String id : book(context).of(spend.scope(), Tags.parse(spend.tags()))) {
                out.collect(BudgetChange.spent(id, spend.cell(), spend.nanos(), spend.unpriced()));
            }
        }
    }

    /** Assigns tasks. Those that ended are passed on in any case: their cost is learned. */
    static final class OfTasks extends ByBudget<TaskInFlight, TaskOfBudgets> {
        private static final long serialVersionUID = 1L;

        OfTasks(List<String> dimensions) {
            super(dimensions);
        }

        @Override
        public void processElement(
                TaskInFlight task, ReadOnlyContext context, Collector<TaskOfBudgets> out)
                throws Exception {
            BudgetBook all = book(context);
            if (task.phase() != TaskInFlight.Phase.OPEN || !all.isEmpty()) {
                out.collect(new TaskOfBudgets(task, all.ofTask(task.scope(), task.tags())));
            }
        }
    }
}
