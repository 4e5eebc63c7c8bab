package io.agentanalytics.job.budgets;

import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.TallyDelta;
import java.util.Map;

/** Sums the cost of calls before the shuffle, so that budgets cost little for each event. */
public final class CellSpendCombiner
        extends LocalCombiner<TallyDelta, CellSpendCombiner.CellLabels, Long, CellSpend> {
    private static final long serialVersionUID = 1L;

    /** Labels by which budgets are found, and the cell. */
    public record CellLabels(Scope scope, String tags, long cell) {}

    public CellSpendCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(TallyDelta change, Map<CellLabels, Long> sums) {
        long nanos = change.tally().requestNanos();
        if (nanos != 0) {
            long cell = BudgetAccount.cell(change.timeMillis());
            sums.merge(
                    new CellLabels(change.scope(), change.tags().text(), cell), nanos, Long::sum);
        }
    }

    @Override
    protected CellSpend result(CellLabels of, Long nanos) {
        return new CellSpend(of.scope(), of.tags(), of.cell(), nanos);
    }
}
