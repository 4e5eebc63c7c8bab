package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.TallyDelta;
import java.util.Map;

/** Sums the cost of calls before the shuffle, so that budgets cost little for each event. */
public final class CellSpendCombiner
        extends LocalCombiner<TallyDelta, CellSpendCombiner.Labels, Long, CellSpend> {
    private static final long serialVersionUID = 1L;

    /** Labels by which budgets are found, and the cell. */
    public record Labels(Scope scope, String tags, long cell) {}

    public CellSpendCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(TallyDelta change, Map<Labels, Long> sums) {
        long nanos = change.tally().requestNanos();
        if (nanos != 0) {
            long cell = BudgetAccount.cell(change.timeMillis());
            sums.merge(new Labels(change.scope(), change.tags().text(), cell), nanos, Long::sum);
        }
    }

    @Override
    protected CellSpend result(Labels of, Long nanos) {
        return new CellSpend(of.scope(), of.tags(), of.cell(), nanos);
    }
}
