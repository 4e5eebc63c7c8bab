package io.agentanalytics.api.query;

import io.agentanalytics.api.view.Views.RangeView;
import io.agentanalytics.contract.Retention;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A half-open range of event time, made of whole windows: minutes, or hours where it begins before
 * minutes of cells are kept.
 *
 * @param stepSeconds the distance of a series' points
 * @param rounded whether an end that was asked for was moved to a whole hour
 */
public record TimeRange(Instant from, Instant to, long stepSeconds, boolean rounded) {
    /** The longest range that may be asked for: what is kept, and today. */
    public static final Duration LONGEST = Duration.ofDays(31);

    public static final int MAX_POINTS = 1000;
    private static final long[] STEPS = {60, 300, 900, 3600, 7200, 21_600, 86_400};
    private static final int USUAL_POINTS = 150;

    /** Whole days beside today. */
    private static final Duration MINUTES_KEPT = Retention.CELL_MINUTES;

    public TimeRange(Instant from, Instant to, long stepSeconds) {
        this(from, to, stepSeconds, false);
    }

    /**
     * Aligns a range to its windows; {@code step} 0 chooses one that suits a chart. Where only
     * whole hours are at hand, both ends are moved down, so that ranges that follow each other
     * share no hour; an hour that is not over is taken whole.
     */
    public static TimeRange of(Instant from, Instant to, long step, Instant now) {
        boolean hoursOnly = from.isBefore(now.truncatedTo(ChronoUnit.DAYS).minus(MINUTES_KEPT));
        long wanted = step > 0 ? step : chooseStep(Duration.between(from, to).getSeconds());
        long chosen = hoursOnly ? -Math.floorDiv(-wanted, 3600L) * 3600 : wanted;
        long unit = chosen % 3600 == 0 ? 3600 : 60;
        long toSecond = to.plusNanos(999_999_999).getEpochSecond();
        long hour = ceil(toSecond, 3600);
        boolean over = unit == 3600 && hour <= now.getEpochSecond();
        long start = floor(from.getEpochSecond(), unit);
        long end = over ? floor(toSecond, unit) : ceil(toSecond, unit);
        boolean rounded = start != floor(from.getEpochSecond(), 60) || (over && end != hour);
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

    /** The range of equal length that ends where this one begins. */
    public TimeRange before(Instant now) {
        return of(from.minus(length()), from, stepSeconds, now);
    }

    /** This range up to the end of the minute that event time has reached. */
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

    /** The first whole hour in the range. */
    Instant hoursFrom() {
        return Instant.ofEpochSecond(-Math.floorDiv(-from.getEpochSecond(), 3600L) * 3600);
    }

    /** Where the last whole hour in the range ends. */
    Instant hoursTo() {
        Instant end = Instant.ofEpochSecond(Math.floorDiv(to.getEpochSecond(), 3600L) * 3600);
        return end.isBefore(hoursFrom()) ? hoursFrom() : end;
    }

    /** The same range in longer steps, so that a series has at most so many points. */
    TimeRange withAtMost(int points) {
        long factor = -Math.floorDiv(-length().getSeconds(), stepSeconds * points);
        return new TimeRange(from, to, stepSeconds * factor);
    }

    /** Steps begin on the clock's own multiples; the first may begin before the range. */
    Instant firstStep() {
        return Instant.ofEpochSecond(
                Math.floorDiv(from.getEpochSecond(), stepSeconds) * stepSeconds);
    }

    /** The starts of the steps. */
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
