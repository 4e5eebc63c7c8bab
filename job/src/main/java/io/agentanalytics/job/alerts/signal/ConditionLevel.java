package io.agentanalytics.job.alerts.signal;

/** What a detector says of a condition, from calm to worst. */
public enum ConditionLevel {
    /** The condition is over. */
    CLEARED,
    /** Neither over nor met. */
    EASED,
    /** The condition is met. */
    RAISED,
    /** Met, with evidence strong enough to wake somebody. */
    WORSENED
}
