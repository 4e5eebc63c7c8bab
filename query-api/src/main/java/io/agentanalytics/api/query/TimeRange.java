package io.agentanalytics.api.query;

import static io.agentanalytics.contract.WindowLength.DAY;
import static io.agentanalytics.contract.WindowLength.HOUR;
import static io.agentanalytics.contract.WindowLength.MINUTE;

import io.agentanalytics.api.view.Views.RangeView;
import io.agentanalytics.contract.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Half-open range of event time, aligned to windows: to minutes, or to hours if it starts before
 * the retention of the minute windows of cells.
 *
 * @param stepSeconds interval between the points of a series
 * @param rounded true if a requested end was moved to a whole hour
 */
public record TimeRange(Instant from, Instant to, long stepSeconds, boolean rounded) {
    /** Maximum length of a requested range: the retention period plus the current day. */
    public static final Duration LONGEST = Retention.ROWS.plusDays(1);

    public static final int MAX_POINTS = 1000;
    private static final long[] STEPS = {MINUTE, 300, 900, HOUR, 7200, 21_600, DAY};
    private static final int USUAL_POINTS = 150;

    /** Retention of minute windows in whole days, not counting the current day. */
    private static final Duration MINUTES_KEPT = Retention.CELL_MINUTES;

    public TimeRange(Instant from, Instant to, long stepSeconds) {
        this(from, to, stepSeconds, false);
    }

    /**
     * Aligns a range to its windows; {@code step} 0 selects a step suitable for a chart. If only
     * whole hours are available, rounds both ends down, so that consecutive ranges share no hour.
     * An hour that has not ended is included as a whole.
     */
    public static TimeRange of(Instant from, Instant to, long step, Instant now) {
        boolean hoursOnly = from.isBefore(now.truncatedTo(ChronoUnit.DAYS).minus(MINUTES_KEPT));
        long wanted = step > 0 ? step : chooseStep(Duration.between(from, to).toSeconds());
        long chosen = hoursOnly ? ceil(wanted, HOUR) : wanted;
        long unit = chosen % HOUR == 0 ? HOUR : MINUTE;
        long toSecond = to.plusNanos(999_999_999).getEpochSecond();
        long hour = ceil(toSecond, HOUR);
        boolean over = unit == HOUR && hour <= now.getEpochSecond();
        long start = floor(from.getEpochSecond(), unit);
        long end = over ? floor(toSecond, unit) : ceil(toSecond, unit);
        boolean rounded = start != floor(from.getEpochSecond(), MINUTE) || (over && end != hour);
        return new TimeRange(
                Instant.ofEpochSecond(start),
                Instant.ofEpochSecond(Math.max(end, start + unit)),
                chosen,
                rounded);
    }

    private static long floor(long seconds, long unit) {
        return Math.floorDiv(seconds, unit) * unit;
    }

    private static long ceil(long seconds, long unit) {
        return -Math.floorDiv(-seconds, unit) * unit;
    }

    private static long chooseStep(long seconds) {
        for (long step : STEPS) {
            if (seconds / step <= USUAL_POINTS) {
                return step;
            }
        }
        return STEPS[STEPS.length - 1];
    }

    /** Returns the preceding range of equal length. */
    public TimeRange before(Instant now) {
        return earlier(length(), now);
    }

    /** Returns the range of equal length that begins earlier. */
    public TimeRange earlier(Duration shift, Instant now) {
        return of(from.minus(shift), to.minus(shift), stepSeconds, now);
    }

    /** Returns the part of this range that has passed. */
    public TimeRange passed(Instant now) {
        return from.isBefore(now) && now.isBefore(to) ? of(from, now, stepSeconds, now) : this;
    }

    /** Returns this range with steps of another length. */
    TimeRange withStep(long seconds) {
        return new TimeRange(from, to, seconds, rounded);
    }

    /** Returns this range truncated at the end of the minute that event time has reached. */
    TimeRange upTo(@Nullable Instant reached) {
        if (reached == null || !reached.isBefore(to) || reached.isBefore(from)) {
            return this;
        }
        long end = Math.floorDiv(reached.getEpochSecond(), 60L) * 60 + 60;
        return new TimeRange(from, Instant.ofEpochSecond(end), stepSeconds);
    }

    public TimeRange last(Duration duration) {
        Instant start = to.minus(duration);
        return new TimeRange(start.isBefore(from) ? from : start, to, stepSeconds);
    }

    /** Returns the length of the windows to which the range is aligned. */
    public Duration unit() {
        return Duration.ofSeconds(stepSeconds % HOUR == 0 ? HOUR : MINUTE);
    }

    /** Returns the start of the first whole hour in the range. */
    Instant hoursFrom() {
        return CellSpans.ceil(from, HOUR);
    }

    /** Returns the end of the last whole hour in the range. */
    Instant hoursTo() {
        Instant end = CellSpans.floor(to, HOUR);
        return end.isBefore(hoursFrom()) ? hoursFrom() : end;
    }

    /** Returns this range with longer steps, so that a series has at most {@code points} points. */
    TimeRange withAtMost(int points) {
        long factor = -Math.floorDiv(-length().toSeconds(), stepSeconds * points);
        return new TimeRange(from, to, stepSeconds * factor);
    }

    /**
     * Returns the start of the first step. Steps are aligned to multiples of their length since the
     * epoch; the first step may therefore start before the range.
     */
    Instant firstStep() {
        return Instant.ofEpochSecond(
                Math.floorDiv(from.getEpochSecond(), stepSeconds) * stepSeconds);
    }

    /** Returns the start times of the steps. */
    List<Instant> steps() {
        List<Instant> steps = new ArrayList<>();
        for (Instant t = firstStep(); t.isBefore(to); t = t.plusSeconds(stepSeconds)) {
            steps.add(t);
        }
        return steps;
    }

    public Duration length() {
        return Duration.between(from, to);
    }

    public RangeView view() {
        return new RangeView(from, to, stepSeconds, rounded);
    }
}
