package io.agentanalytics.job.model;

import io.soabase.recordbuilder.core.RecordBuilder;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Change of a task tree by one of its tasks: sums of new minus old, so that changes may be added in
 * any order.
 *
 * @param rootTaskId root that the task names, else its parent, else the task itself
 * @param parentTaskId empty if unknown
 * @param session session of the client; empty if unknown
 * @param costNanos change of the cost, nano-dollars
 * @param unpriced change of the number of calls without a cost
 * @param calls change of the number of calls that report tokens
 * @param inputTokens change of their input tokens
 * @param ended true if the task has ended
 * @param left true if the task turned out to belong to another tree
 */
@RecordBuilder
@TypeInfo(TreeChangeSerializer.TypeFactory.class)
public record TreeChange(
        String rootTaskId,
        String taskId,
        String parentTaskId,
        String agentId,
        String agentType,
        String session,
        long timeMillis,
        long costNanos,
        long unpriced,
        long calls,
        long inputTokens,
        boolean ended,
        boolean left) {

    /** Returns the sum of this change and a later one by the same task. */
    public TreeChange plus(TreeChange later) {
        return TreeChangeBuilder.builder(later)
                .parentTaskId(known(parentTaskId, later.parentTaskId))
                .agentType(TaskOutcome.knownType(agentType, later.agentType))
                .session(known(session, later.session))
                .costNanos(costNanos + later.costNanos)
                .unpriced(unpriced + later.unpriced)
                .calls(calls + later.calls)
                .inputTokens(inputTokens + later.inputTokens)
                .ended(ended || later.ended)
                .left(left || later.left)
                .build();
    }

    private static String known(String before, String now) {
        return now.isEmpty() ? before : now;
    }
}
