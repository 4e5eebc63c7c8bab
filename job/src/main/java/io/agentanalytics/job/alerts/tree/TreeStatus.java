package io.agentanalytics.job.alerts.tree;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Comparator;
import java.util.List;

/**
 * Status of a tree at a point in event time.
 *
 * @param agentId agent of the root task, else of the earliest known task
 * @param session session of the client; empty if unknown
 * @param active true if a task runs and the tree was not silent for {@link TaskTree#WINDOW_MILLIS}
 * @param over true if the tree is forgotten after this
 * @param counts false if a tree that is over does not count for its agent type, because the type
 *     has changed
 * @param agents number of tasks; {@link TaskTree#MAX_MEMBERS} stands for that number or more
 * @param running number of tasks that have not ended
 * @param costNanos cost of all calls, nano-dollars
 * @param unpriced number of calls without a cost
 * @param recentNanos cost of the last {@link TaskTree#WINDOW_MILLIS}
 * @param peakNanos greatest such cost so far
 * @param tokens input tokens per call of the task with the most; 0 if unknown
 * @param firstTokens input tokens per call at the beginning of that task
 * @param peakTokens greatest {@code tokens} so far
 * @param growingTask that task; empty if unknown
 * @param expensive the most expensive tasks, the most expensive first
 */
@RecordBuilder
public record TreeStatus(
        String rootTaskId,
        String agentId,
        String agentType,
        String session,
        long timeMillis,
        boolean active,
        boolean over,
        boolean counts,
        long agents,
        long running,
        long depth,
        long costNanos,
        long unpriced,
        long recentNanos,
        long peakNanos,
        double tokens,
        double firstTokens,
        double peakTokens,
        String growingTask,
        List<Part> expensive) {

    /** Task of the tree with its own cost; the cost is unknown if it is negative. */
    public record Part(String taskId, String agentId, long costNanos) {
        static final Comparator<Part> MOST_EXPENSIVE_FIRST =
                Comparator.comparingLong(Part::costNanos).reversed().thenComparing(Part::taskId);
    }

    /** Returns the last status of a tree. */
    TreeStatus last(boolean isCounted) {
        return TreeStatusBuilder.builder(this).active(false).over(true).counts(isCounted).build();
    }

    boolean isCostKnown() {
        return costNanos > 0 || unpriced == 0;
    }
}
