package io.agentanalytics.job.alerts.signal;

/** Kind of a signal. */
public enum SignalKind {
    CLEARED,
    EASED,
    RAISED,
    WORSENED,
    /** A one-time occurrence: the alert fires and ends by itself. */
    HAPPENED,
    /** For patterns only: an observation that a pattern waits for. */
    OBSERVED,
    /** For patterns only: the opposite, which ends a run of observations. */
    INTERRUPTED,
    /** From a pattern: the condition was raised and has worsened since. */
    ESCALATED,
    /** Current value of a condition that holds or is about to clear. */
    MEASURED,
    /** Emitted before event time has reached it; the same signal follows in event-time order. */
    EARLY
}
