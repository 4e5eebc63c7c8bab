package io.agentanalytics.job.tasks;

/** A later judgement of a task; epoch ms. */
public record VerdictRow(String taskId, long verdictAt, String eventId, boolean success) {}
