package io.agentanalytics.job.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Event of a provider request, as the weights need it: a request started or ended, or a task ended
 * and with it all of its requests in flight.
 *
 * @param callId empty if the task itself is the request
 * @param timeMillis time of the start or the end, epoch ms
 * @param latencyMillis negative if unknown, as are cost (nano-dollars) and the time from which the
 *     provider accepts requests again (epoch ms)
 * @param isStartReported of an ended request: true if the client reports the starts of its calls
 * @param isAfterRetries true if the client hides failed attempts that it repeated
 */
@RecordBuilder
@TypeInfo(ProviderRequestSerializer.TypeFactory.class)
public record ProviderRequest(
        RequestPhase kind,
        String taskId,
        String callId,
        String agentId,
        String agentType,
        String provider,
        long timeMillis,
        RequestOutcome outcome,
        long latencyMillis,
        long costNanos,
        long retryAtMillis,
        boolean isStartReported,
        boolean isAfterRetries) {}
