package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.budgets.BudgetStatus;
import org.jspecify.annotations.Nullable;

/** Current status of a budget; null if the budget was deleted. */
public record BudgetRecord(String budgetId, long version, @Nullable BudgetStatus status) {}
