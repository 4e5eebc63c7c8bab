package io.agentanalytics.job.model;

/** Kind of a {@link TaskOutcome}. */
public enum OutcomeKind {
    STARTED,
    ENDED,
    /** Additional information about an ending. */
    AMENDED,
    /** The task did not end at this time after all. */
    RETRACTED,
    /** A provider rejected a call because of quota or credentials. */
    REFUSED
}
