package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * What alerts have to know of a task: that it started, how it ended, or that a provider refused one
 * of its calls. A later version of an ending replaces an earlier one; all of them are made of the
 * events up to the ending's time, so once event time has passed it they are the same for every
 * order of arrival.
 *
 * @param version which of several facts about the ending at this time counts: the greatest; of a
 *     start, 1 if the task's ending came before it, else 0
 * @param provider the ending's, else that of the newest call; empty if none is known
 * @param error the failure's class by name, empty for none
 * @param durationMillis negative if unknown, as are cost (nano-dollars) and tokens
 * @param unpriced requests of unknown cost: while there are any, the cost is a lower bound, which
 *     proves that a task cost more than something, never that it cost less
 */
@RecordBuilder
public record TaskOutcome(
        Kind kind,
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

    /** The name that agents beyond the cap share. */
    public static final String OVERFLOW_AGENT = "__overflow__";

    /** An agent's type as of now: a task that does not tell it does not make it unknown. */
    public static String knownType(String before, String now) {
        return before.isEmpty() || !now.equals(TaskEvent.UNKNOWN_AGENT_TYPE) ? now : before;
    }

    /** What the fact says. */
    public enum Kind {
        STARTED,
        ENDED,
        /** More has become known of an ending. */
        AMENDED,
        /** The task did not end at this time after all. */
        RETRACTED,
        /** A provider refused a call for quota or credentials. */
        REFUSED
    }
}
