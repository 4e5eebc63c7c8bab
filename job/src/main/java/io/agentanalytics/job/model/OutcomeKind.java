package io.agentanalytics.job.model;

/** Kind of a {@link TaskOutcome}. The ordinal is stored: add constants only at the end. */
public enum OutcomeKind {
    STARTED,
    ENDED,
    /** Additional information about an ending. */
    AMENDED,
    /** The task did not end at this time after all, or was not billed. */
    RETRACTED,
    /**
     * A provider rejected a call, or a task that is one request, because of quota or credentials.
     */
    REFUSED,
    /**
     * Calls or a verdict after the ending changed the cost, the tokens or the success of the task.
     * These are the ones up to the time of the outcome; nothing else of the task changes.
     */
    SETTLED,
    /**
     * The task no longer runs at the agent that started it: another agent ended it, or it had ended
     * before.
     */
    RELEASED;

    /** Returns true if only the newest outcome of this kind is valid for an ending. */
    public boolean isOfEnding() {
        return this == ENDED || this == AMENDED || this == RETRACTED;
    }

    /** Returns true if an event of the agent has the time of the outcome. */
    public boolean isSighting() {
        return this != RETRACTED && this != SETTLED && this != RELEASED;
    }
}
