package io.agentanalytics.job.budgets;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Change of a budget: spend of a quarter of an hour, or of what tasks in flight reserve.
 *
 * @param cell number of the quarter of an hour since the epoch
 * @param spentNanos spend in that time, nano-dollars
 * @param unpriced number of calls of unknown cost in that time
 * @param reservedNanos expected further cost of tasks in flight
 * @param variance its variance, as in {@link Estimate}
 * @param tasks number of tasks in flight
 * @param unestimated number of them without an estimate
 * @param settled number of tasks whose bills are complete
 * @param settledNanos their cost
 * @param settledSquares sum of the squares of their costs, in the unit of {@link Estimate}
 */
@RecordBuilder
public record BudgetChange(
        String budgetId,
        long cell,
        long spentNanos,
        long unpriced,
        long reservedNanos,
        long variance,
        long tasks,
        long unestimated,
        long settled,
        long settledNanos,
        long settledSquares) {

    /** Returns a change of spend alone. */
    public static BudgetChange spent(String budgetId, long cell, long nanos, long unpriced) {
        return BudgetChangeBuilder.builder()
                .budgetId(budgetId)
                .cell(cell)
                .spentNanos(nanos)
                .unpriced(unpriced)
                .build();
    }
}
