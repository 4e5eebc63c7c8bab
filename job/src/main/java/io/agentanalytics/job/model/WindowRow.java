package io.agentanalytics.job.model;

import io.agentanalytics.contract.WindowLength;
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

    /**
     * Returns true for a window shorter than an hour of an agent or dimension, whose rows are kept
     * for fewer days.
     */
    public boolean shortCell() {
        return scope.isOneOfMany() && seconds < WindowLength.HOUR;
    }

    public long end() {
        return start + seconds * 1000L;
    }
}
