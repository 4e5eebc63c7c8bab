package io.agentanalytics.job.ingest;

/** Number of records of an hour (epoch ms) that were rejected for one reason. */
public record RefusalRow(long hour, String code, long records) {}
