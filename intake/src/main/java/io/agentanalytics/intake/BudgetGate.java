package io.agentanalytics.intake;

import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.KnownBudgets;
import io.agentanalytics.intake.delivery.LogLimit;
import io.agentanalytics.sources.HookQuestion;
import java.util.Optional;

/**
 * Answers whether budgets allow work. If the status of a budget is missing or outdated, the work
 * continues, which is counted and logged.
 */
final class BudgetGate {
    private final KnownBudgets budgets;
    private final IntakeMetrics metrics;
    private final LogLimit log;

    BudgetGate(KnownBudgets budgets, IntakeMetrics metrics, LogLimit log) {
        this.budgets = budgets;
        this.metrics = metrics;
        this.log = log;
    }

    /** Returns the reason why the work has to stop; empty if it may continue. */
    Optional<String> stops(HookQuestion question) {
        Optional<BudgetStatus> stopping =
                question.hook().equals(HookQuestion.PROMPT)
                        ? budgets.stopsStart(question.work())
                        : budgets.stopsWork(question.work());
        boolean isMissing = !budgets.isComplete();
        boolean isUnknown = stopping.isEmpty() && (isMissing || budgets.outdated() > 0);
        if (isUnknown) {
            log.warn(
                    isMissing
                            ? "Budgets are not enforced: their topic was not read to its end yet"
                            : "Budgets are not enforced: their status is outdated, since the job is down");
        }
        metrics.asked(stopping.isPresent() ? "stopped" : isUnknown ? "unknown" : "allowed");
        return stopping.map(KnownBudgets::reason);
    }
}
