package io.agentanalytics.api.query;

import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Progress of the job; all values are null or zero before its first event.
 *
 * @param dimensions names of the dimensions that the job counts
 */
record Progress(
        @Nullable Instant sampledAt,
        @Nullable Instant eventTime,
        long pending,
        long running,
        List<String> dimensions) {

    static Progress read(Handle handle) {
        return handle.createQuery(
                        "SELECT sampled_at, event_time, pending, running,"
                                + " ARRAY(SELECT jsonb_array_elements_text(dimensions)) AS dimensions"
                                + " FROM store.progress LIMIT 1")
                .map(
                        (row, context) ->
                                new Progress(
                                        Rows.instant(row, "sampled_at"),
                                        Rows.instant(row, "event_time"),
                                        row.getLong("pending"),
                                        row.getLong("running"),
                                        List.of(
                                                (String[])
                                                        row.getArray("dimensions").getArray())))
                .findOne()
                .orElse(new Progress(null, null, 0, 0, List.of()));
    }

    /** Returns the current event time; the epoch before the first event. */
    Instant reached() {
        return eventTime == null ? Instant.EPOCH : eventTime;
    }
}
