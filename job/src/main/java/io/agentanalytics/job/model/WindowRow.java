package io.agentanalytics.job.model;

import io.soabase.recordbuilder.core.RecordBuilder;

/** Full value of a window, which replaces its row. Histograms are in serialized form. */
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
