package io.agentanalytics.job.alerts.signal;

/** Level of a detector's condition, from calm to worst. */
public enum ConditionLevel {
    /** The condition is over. */
    CLEARED,
    /** The condition is neither over nor met. */
    EASED,
    /** The condition is met. */
    RAISED,
    /** The condition is met, with evidence strong enough for a critical alert. */
    WORSENED
}
