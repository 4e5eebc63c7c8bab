package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.job.model.LocalCombiner;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.Map;

/** Sums the cost of calls before the shuffle, so that budgets cost little for each event. */
public final class CellSpendCombiner
        extends LocalCombiner<
                TallyDelta, CellSpendCombiner.CellLabels, CellSpendCombiner.Cost, CellSpend> {
    private static final long serialVersionUID = 1L;

    /** Labels by which budgets are found, and the cell. */
    public record CellLabels(Scope scope, String tags, long cell) {}

    /** Known cost, and the number of calls of unknown cost. */
    public record Cost(long nanos, long unpriced) {
        Cost plus(Cost other) {
            return new Cost(nanos + other.nanos, unpriced + other.unpriced);
        }

        boolean isZero() {
            return nanos == 0 && unpriced == 0;
        }
    }

    public CellSpendCombiner() {
        super(NO_TIME);
    }

    @Override
    protected void combine(TallyDelta change, Map<CellLabels, Cost> sums) {
        Tally tally = change.tally();
        Cost cost = new Cost(tally.requestNanos(), tally.get(Figure.REQUESTS_UNPRICED));
        if (!cost.isZero()) {
            long cell = BudgetAccount.cell(change.timeMillis());
            sums.merge(
                    new CellLabels(change.scope(), change.tags().text(), cell), cost, Cost::plus);
        }
    }

    @Override
    protected CellSpend result(CellLabels of, Cost cost) {
        return new CellSpend(of.scope(), of.tags(), of.cell(), cost.nanos(), cost.unpriced());
    }
}
