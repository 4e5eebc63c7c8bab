package io.agentanalytics.job.model;

/**
 * By how much the waiting tasks of an agent type changed in ten seconds of event time, and how many
 * were started.
 */
public record QueueChange(String agentType, long paneMillis, long pending, long started) {}
