package io.agentanalytics.api.query;

import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Progress of the job; all values are null or zero before its first event. */
record Progress(
        @Nullable Instant sampledAt, @Nullable Instant eventTime, long pending, long running) {

    static Progress read(Handle handle) {
        return handle.createQuery(
                        "SELECT sampled_at, event_time, pending, running FROM store.progress LIMIT 1")
                .map(
                        (row, context) ->
                                new Progress(
                                        Rows.instant(row, "sampled_at"),
                                        Rows.instant(row, "event_time"),
                                        row.getLong("pending"),
                                        row.getLong("running")))
                .findOne()
                .orElse(new Progress(null, null, 0, 0));
    }

    /** Returns the current event time; the epoch before the first event. */
    Instant reached() {
        return eventTime == null ? Instant.EPOCH : eventTime;
    }
}
