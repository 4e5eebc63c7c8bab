package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.BudgetPeriod;
import io.agentanalytics.contract.alerts.RuleParameter;

/**
 * Burn rate of a budget over two windows, as usual for burn-rate alerts: the last 24th and the last
 * quarter of the period. Only spend within the period counts.
 *
 * <p>A burn rate is evidence only if the spend is spread over its window; a single expensive call
 * is not evidence. The alert clears when, at the rates of both windows, the remaining budget lasts
 * until the end of the period, and the rate has not been too high for the length of the shorter
 * window. Without this delay, spend in bursts would raise and clear the alert repeatedly.
 */
final class Burn {
    private static final long HOUR = 3_600_000;
    private static final int SLOTS = 12;
    private static final int SHORT_PART = 24;
    private static final int LONG = 6;

    private final Budget budget;
    private final BudgetPeriod.Span period;
    private final AlertRule rule;
    private final long now;
    private final double remaining;
    private final long window;

    Burn(Budget budget, BudgetPeriod.Span period, double nanos, AlertRule rule, long now) {
        this.budget = budget;
        this.period = period;
        this.rule = rule;
        this.now = now;
        this.remaining = nanos - budget.sum(period.start(), period.end());
        long hours = Math.round((period.end() - period.start()) / (double) SHORT_PART / HOUR);
        this.window = Math.max(1, hours) * HOUR;
    }

    boolean isTooFast() {
        return isTooFast(window) || isTooFast(LONG * window);
    }

    boolean hasCalmed(long burnedMillis) {
        return now - burnedMillis >= window && lasts(window) && lasts(LONG * window);
    }

    private boolean isTooFast(long millis) {
        double sum = spent(0, SLOTS, millis);
        double enough = rule.get(RuleParameter.BURN_SHARE) * (period.end() - now);
        return sum > 0 && remaining * millis < enough * sum && isSpread(sum, millis);
    }

    private boolean isSpread(double sum, long millis) {
        double most = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            most = Math.max(most, spent(slot, slot + 1, millis));
        }
        return most <= rule.get(RuleParameter.BURN_PART) * sum;
    }

    private boolean lasts(long millis) {
        return remaining * millis >= (double) (period.end() - now) * spent(0, SLOTS, millis);
    }

    /** Returns the spend of a range of twelfths of a window, counted back from now. */
    private long spent(int fromSlot, int toSlot, long millis) {
        long top = Math.floorDiv(now - 1, Budget.CELL) * Budget.CELL + Budget.CELL;
        long slot = millis / SLOTS;
        long from = Math.max(period.start(), top - toSlot * slot);
        return budget.sum(from, top - fromSlot * slot);
    }
}
