package io.agentanalytics.job.ingest;

/** How many records of an hour (epoch ms) were refused for one reason. */
public record RefusalRow(long hour, String code, long records) {}
