package io.agentanalytics.api.view;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Budgets in API responses. */
public final class BudgetViews {
    private BudgetViews() {}

    /**
     * Newest status of a budget.
     *
     * @param expired true if the status is too old to stop work
     */
    public record BudgetView(@JsonUnwrapped BudgetStatus status, boolean expired) {}

    /**
     * Page of budgets.
     *
     * @param nextCursor null on the last page
     */
    public record BudgetsView(List<BudgetView> budgets, @Nullable String nextCursor) {}

    /**
     * Spend of a period. Amounts are dollars.
     *
     * @param unpricedRequests number of calls of unknown cost, which make the spend a lower bound;
     *     null if they were not counted yet when the period began
     * @param reservedUsd expected further cost of tasks in flight; 0 when the period is over
     * @param countedSince time since when the budget counts, if that is after the start
     */
    @RecordBuilder
    public record BudgetPeriodView(
            Instant periodStart,
            Instant periodEnd,
            String state,
            BigDecimal softUsd,
            BigDecimal hardUsd,
            BigDecimal spentUsd,
            @Nullable Long unpricedRequests,
            BigDecimal reservedUsd,
            @Nullable Instant countedSince) {}

    /** Periods of a budget, newest first. */
    public record BudgetPeriodsView(String budgetId, List<BudgetPeriodView> periods) {}

    /** Definitions of budgets as they are now. */
    public record BudgetDefinitionsView(List<ObjectNode> budgets) {}
}
