package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;

/**
 * When the present value of a condition is told: at most twice a minute, while the condition holds
 * and until its alert is over. Kept in state.
 */
public class Measuring {
    private static final long EVERY_MILLIS = 30_000;

    public long toldMillis;

    /** Until then a condition that has ceased may still have an open alert. */
    public long untilMillis = Long.MIN_VALUE;

    /** For Flink. */
    public Measuring() {}

    /** A transition told the value. */
    void moved(long now, AlertRule rule) {
        toldMillis = now;
        untilMillis = now + rule.keepMillis();
    }

    /** Whether to tell it now, which counts as told. */
    boolean isDue(ConditionLevel level, long now) {
        boolean open = level != ConditionLevel.CLEARED || now <= untilMillis;
        if (!open || now - toldMillis < EVERY_MILLIS) {
            return false;
        }
        toldMillis = now;
        return true;
    }
}
