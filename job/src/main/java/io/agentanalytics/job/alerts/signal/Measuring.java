package io.agentanalytics.job.alerts.signal;

import io.agentanalytics.contract.alerts.AlertRule;

/**
 * Rate limit of signals with the current value of a condition: at most two per minute, while the
 * condition holds and until its alert has ended. Stored in Flink state.
 */
public class Measuring {
    /** Minimum interval between records that contain only a newer value. */
    public static final long INTERVAL_MILLIS = 30_000;

    public long toldMillis;

    /** Time (epoch ms) until which a condition that is over may still have an open alert. */
    public long untilMillis = Long.MIN_VALUE;

    /** Required by Flink's POJO serializer. */
    public Measuring() {}

    /** Records that a transition has published the value. */
    void moved(long now, AlertRule rule) {
        toldMillis = now;
        untilMillis = now + rule.keepMillis();
    }

    /** Returns true if the value is due, and records it as published. */
    boolean isDue(ConditionLevel level, long now) {
        boolean open = level != ConditionLevel.CLEARED || now <= untilMillis;
        if (!open || now - toldMillis < INTERVAL_MILLIS) {
            return false;
        }
        toldMillis = now;
        return true;
    }
}
