package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Outcome of a task, as alerts need it: a task started or ended, or a provider rejected one of its
 * calls. A later version of an ending replaces an earlier one. Every version is computed from the
 * events up to the time of the outcome, so once event time has passed it, the result is independent
 * of the order of arrival. The cost of calls after the ending is therefore an outcome of its own.
 *
 * @param version order of outcomes for the same ending time: the greatest is valid. For a start, 1
 *     if the ending of the task arrived before it, else 0
 * @param provider provider of the ending, else of the newest call; empty if unknown
 * @param error wire name of the error class; empty for none
 * @param durationMillis negative if unknown, as are cost (nano-dollars) and tokens
 * @param unpriced number of requests of unknown cost. If it is not zero, the cost is a lower bound:
 *     it proves that a task cost more than a limit, never that it cost less
 */
@RecordBuilder
@TypeInfo(TaskOutcomeSerializer.TypeFactory.class)
public record TaskOutcome(
        OutcomeKind kind,
        long timeMillis,
        String taskId,
        long version,
        String agentId,
        String agentType,
        String provider,
        String rootTaskId,
        boolean succeeded,
        boolean failed,
        String error,
        long durationMillis,
        long costNanos,
        long tokens,
        long unpriced) {

    /** Returns the current type of an agent: a task without a type does not make it unknown. */
    public static String knownType(String before, String now) {
        return before.isEmpty() || !now.equals(TaskEvent.UNKNOWN_AGENT_TYPE) ? now : before;
    }
}
