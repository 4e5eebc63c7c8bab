package io.agentanalytics.job.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * A task whose cost is not final, for the reservations of budgets; the newest record of a task
 * replaces the others.
 *
 * @param agentId agent that opened the task. When another one turns out to have opened it, the
 *     former agent gets a last record, in the phase {@link Phase#ABANDONED}
 * @param tags tags of the task that are counted
 * @param timeMillis event time (epoch ms) of the ending, or of the newest event
 * @param spentNanos cost of its calls so far, in nano-dollars
 * @param known true if all calls so far have a cost
 * @param first true if the task had no earlier record in this phase at this agent
 */
@RecordBuilder
@TypeInfo(TaskInFlightSerializer.TypeFactory.class)
public record TaskInFlight(
        String taskId,
        String agentId,
        Scope scope,
        Tags tags,
        Phase phase,
        long timeMillis,
        long spentNanos,
        boolean known,
        boolean first) {

    /** Phase of a task. The order is that of its byte on the wire. */
    public enum Phase {
        OPEN,
        ENDED,
        ABANDONED
    }

    /** Returns this record in place of an earlier one of the task. */
    public TaskInFlight after(TaskInFlight earlier) {
        return first || !earlier.first
                ? this
                : TaskInFlightBuilder.builder(this).first(true).build();
    }
}
