package io.agentanalytics.api.query;

import io.agentanalytics.api.query.Answers.Head;
import io.agentanalytics.contract.WindowLength;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Context of one question about a time range: connection, time and progress of the job. */
public final class QueryContext {
    private final Handle handle;
    private final TimeRange range;
    private final Instant now;
    private @Nullable Progress progress;

    QueryContext(Handle handle, TimeRange range, Instant now) {
        this.handle = handle;
        this.range = range;
        this.now = now;
    }

    public Handle handle() {
        return handle;
    }

    TimeRange range() {
        return range;
    }

    Instant now() {
        return now;
    }

    /** Returns the progress of the job, which is read once. */
    Progress progress() {
        if (progress == null) {
            progress = Progress.read(handle);
        }
        return progress;
    }

    /** Returns the context of the same question about another range. */
    QueryContext over(TimeRange other) {
        QueryContext context = new QueryContext(handle, other, now);
        context.progress = progress();
        return context;
    }

    /**
     * Returns why the range is not wholly recorded; null if it is. The sums of a range of which the
     * most was deleted, or happened before the first event, are no usual values.
     */
    @Nullable String notRecorded() {
        Instant hour = first(WindowLength.HOUR, Instant.EPOCH);
        if (hour == null) {
            return "there are no data before";
        }
        // Minutes are deleted earlier than hours.
        Instant minute = first(WindowLength.MINUTE, hour);
        Instant next = hour.plus(1, ChronoUnit.HOURS);
        Instant first = minute != null && minute.isBefore(next) ? minute : hour;
        return first.isAfter(range.from()) ? "the data begin at " + first : null;
    }

    private @Nullable Instant first(int granularity, Instant from) {
        return handle.createQuery(
                        """
                        SELECT min(window_start) FROM store.system_window
                        WHERE granularity = :granularity AND window_start >= :from
                        """)
                .bind("granularity", granularity)
                .bind("from", Windows.time(from))
                .mapTo(OffsetDateTime.class)
                .findFirst()
                .map(OffsetDateTime::toInstant)
                .orElse(null);
    }

    public Head head() {
        return new Head(range.view(), progress().eventTime(), progress().sampledAt(), now);
    }
}
