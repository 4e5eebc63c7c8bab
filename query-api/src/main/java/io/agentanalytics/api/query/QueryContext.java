package io.agentanalytics.api.query;

import io.agentanalytics.api.query.Answers.Head;
import io.agentanalytics.contract.WindowLength;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Context of one question about a time range: connection, time and progress of the job. */
public final class QueryContext {
    /** Ranges whose lengths differ by up to one in this number are compared. */
    private static final long MAX_DIFFERENCE = 40;

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
     * Returns why an earlier range cannot be compared with one of this length; null if it can.
     * Minutes of agents are kept for two days, so that it may have whole hours only.
     */
    @Nullable String notComparableWith(QueryContext earlier, Duration length) {
        String problem = earlier.notRecorded();
        if (problem != null) {
            return problem;
        }
        Duration difference = earlier.range.length().minus(length).abs();
        return difference.multipliedBy(MAX_DIFFERENCE).compareTo(length) <= 0
                ? null
                : "only whole hours are kept of the earlier range, from %s to %s"
                        .formatted(earlier.range.from(), earlier.range.to());
    }

    /**
     * Returns why data of the range are incomplete; null if they are complete. Incomplete sums must
     * not be used for comparison.
     */
    @Nullable String notRecorded() {
        Instant first = firstRecorded();
        if (first == null) {
            return "there are no data before";
        }
        return first.isAfter(range.from()) ? "the data begin at " + first : null;
    }

    /** Returns the length of the part of the range that has passed and in which data exist. */
    Duration recorded() {
        Instant first = firstRecorded();
        Instant from = first != null && first.isAfter(range.from()) ? first : range.from();
        Instant to = now.isBefore(range.to()) ? now : range.to();
        return from.isBefore(to) ? Duration.between(from, to) : Duration.ZERO;
    }

    private @Nullable Instant firstRecorded() {
        Instant hour = first(WindowLength.HOUR, Instant.EPOCH);
        if (hour == null) {
            return null;
        }
        // Minutes are deleted earlier than hours.
        Instant minute = first(WindowLength.MINUTE, hour);
        Instant next = hour.plus(1, ChronoUnit.HOURS);
        return minute != null && minute.isBefore(next) ? minute : hour;
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
