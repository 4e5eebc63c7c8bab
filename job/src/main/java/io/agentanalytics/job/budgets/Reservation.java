package io.agentanalytics.job.budgets;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;

/**
 * Amounts that a task in flight reserves in its budgets. Stored in Flink state.
 *
 * @param estimated false if nothing was known of the agent's usual cost
 * @param spentNanos cost of the task so far
 * @param known true if all of its calls have a cost
 * @param endedMillis processing time at which its end was seen; 0 while it is open
 * @param spentAtEnd cost of the task when its end was seen
 * @param untilMillis processing time at which the reservation ends without further records
 */
@RecordBuilder
public record Reservation(
        List<String> budgets,
        long nanos,
        long variance,
        boolean estimated,
        long spentNanos,
        boolean known,
        long endedMillis,
        long spentAtEnd,
        long untilMillis) {

    boolean isEnded() {
        return endedMillis > 0;
    }

    /** Returns the change of a budget, by this reservation or by its end. */
    BudgetChange change(String budgetId, int sign) {
        return BudgetChangeBuilder.builder()
                .budgetId(budgetId)
                .reservedNanos(sign * nanos)
                .variance(sign * variance)
                .tasks(sign)
                .unestimated(estimated ? 0 : sign)
                .build();
    }
}
