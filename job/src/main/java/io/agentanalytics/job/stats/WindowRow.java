package io.agentanalytics.job.stats;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;

/** The full value of a window, as it replaces its row. Histograms in their stored form. */
public record WindowRow(
        Scope scope,
        int seconds,
        long start,
        boolean closed,
        long seen,
        long[] figures,
        byte[] requestLatency,
        byte[] taskDuration) {

    static WindowRow of(Scope scope, Window.Id id, Window window) {
        Tally t = window.tally;
        return new WindowRow(
                scope,
                id.seconds(),
                id.start(),
                window.closed,
                t.seen(),
                t.figures(),
                t.requestLatency().toBytes(),
                t.taskDuration().toBytes());
    }
}
