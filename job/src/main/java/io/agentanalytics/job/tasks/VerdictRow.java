package io.agentanalytics.job.tasks;

/** Verdict on a task after its ending; {@code verdictAt} is epoch ms. */
public record VerdictRow(String taskId, long verdictAt, String eventId, boolean success) {}
