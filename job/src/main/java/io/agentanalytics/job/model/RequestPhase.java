package io.agentanalytics.job.model;

/** Phase of a {@link ProviderRequest}. */
public enum RequestPhase {
    STARTED,
    ENDED,
    /** The task ended; none of its requests are in flight any more. */
    TASK_ENDED
}
