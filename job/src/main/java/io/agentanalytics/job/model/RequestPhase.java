package io.agentanalytics.job.model;

/** Phase of a {@link ProviderRequest}. The ordinal is stored: add constants only at the end. */
public enum RequestPhase {
    STARTED,
    ENDED,
    /** The task ended; none of its requests are in flight any more. */
    TASK_ENDED
}
