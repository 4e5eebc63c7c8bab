package io.agentanalytics.job.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What weights have to know of a request to a provider: that it began, how it ended, or that a task
 * ended and with it all that it had in flight.
 *
 * @param callId empty for a task that is itself the request
 * @param timeMillis when it began or ended, epoch ms
 * @param latencyMillis negative if unknown, as are cost (nano-dollars) and the time from which the
 *     provider takes requests again (epoch ms)
 */
@RecordBuilder
public record ProviderRequest(
        Kind kind,
        String taskId,
        String callId,
        String agentId,
        String agentType,
        String provider,
        long timeMillis,
        RequestOutcome outcome,
        long latencyMillis,
        long costNanos,
        long retryAtMillis) {

    /** What is told. */
    public enum Kind {
        STARTED,
        ENDED,
        /** The task ended; nothing of it is in flight any more. */
        TASK_ENDED
    }
}
