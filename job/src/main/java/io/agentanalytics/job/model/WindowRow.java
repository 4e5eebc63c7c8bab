package io.agentanalytics.job.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/** The full value of a window, as it replaces its row. Histograms in their stored form. */
@RecordBuilder
public record WindowRow(
        Scope scope,
        int seconds,
        long start,
        boolean closed,
        long seen,
        long[] figures,
        byte[] requestLatency,
        byte[] taskDuration) {

    public long end() {
        return start + seconds * 1000L;
    }
}
