package io.agentanalytics.job.tasks;

/**
 * Verdict on a task; {@code verdictAt} is epoch ms.
 *
 * @param counted true if the row of the task contains it; false for one that corrects the row, or
 *     that came before the ending
 */
public record VerdictRow(
        String taskId, long verdictAt, String eventId, boolean success, boolean counted) {}
