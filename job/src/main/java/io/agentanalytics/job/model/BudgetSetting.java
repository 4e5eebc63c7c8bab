package io.agentanalytics.job.model;

import io.agentanalytics.contract.budgets.Budget;
import org.jspecify.annotations.Nullable;

/**
 * Current definition of a budget; null if it was deleted.
 *
 * @param sinceMillis append time of the change, epoch ms
 */
public record BudgetSetting(String budgetId, @Nullable Budget budget, long sinceMillis) {}
