package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.AlertType;
import io.agentanalytics.job.alerts.RuledFunction;
import io.agentanalytics.job.model.WindowRow;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.util.Collector;

/** The rules about the fleet's spend, over its closed 10 s windows and their corrections. */
@SuppressWarnings("NullAway.Init") // Flink calls open() first
public final class BudgetWatch extends RuledFunction.Watch<WindowRow> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<Budget> budgets;

    public BudgetWatch(List<AlertRule> initial) {
        super(initial);
    }

    @Override
    public void open(OpenContext context) {
        budgets = getRuntimeContext().getState(new ValueStateDescriptor<>("budget", Budget.class));
    }

    @Override
    public void processElement(WindowRow row, ReadOnlyContext context, Collector<Signal> out)
            throws Exception {
        Budget known = budgets.value();
        Budget budget = known == null ? new Budget() : known;
        long now = Math.max(row.end(), budget.newest + row.seconds() * 1000L);
        List<AlertRule> rules = rules(context, AlertType.COST_THRESHOLD, now);
        long nanos =
                row.figures()[Figure.REQUEST_COST_REPORTED.ordinal()]
                        + row.figures()[Figure.REQUEST_COST_PRICED.ordinal()];
        budget.spent(row.start(), nanos);
        for (AlertRule rule : rules) {
            budget.look(now, rule, out::collect);
        }
        budgets.update(budget);
    }
}
