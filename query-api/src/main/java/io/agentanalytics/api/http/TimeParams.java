package io.agentanalytics.api.http;

import io.agentanalytics.api.query.TimeRange;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parameters of a question about a range of time. */
class TimeParams extends Params {
    private static final Pattern AGO = Pattern.compile("now(?:-(\\d{1,8})([smhd]))?");
    private static final Pattern STEP = Pattern.compile("(\\d{1,6})([smhd]?)");

    /** Parameters of the range; they do not identify a list. */
    static final List<String> NAMES = List.of("from", "to", "step");

    /** Takes the parameters of a range, and more. */
    TimeParams(Context context, String... more) {
        super(context, joined(NAMES, more));
    }

    /** Returns the requested range. */
    TimeRange range(Instant now) {
        Instant to = time(this, "to", now, now);
        Instant from =
                time(
                        this,
                        "from",
                        now,
                        to.isBefore(now)
                                ? to.minus(Duration.ofHours(1))
                                : now.minus(Duration.ofHours(1)));
        if (!from.isBefore(to)) {
            throw Problem.badRequest(
                    "bad_range", "from %s is not before to %s.".formatted(from, to));
        }
        if (Duration.between(from, to).compareTo(TimeRange.LONGEST) > 0) {
            throw Problem.badRequest(
                    "range_too_long",
                    "Range too long: %d days, at most %d are kept."
                            .formatted(
                                    Duration.between(from, to).toDays(),
                                    TimeRange.LONGEST.toDays() - 1));
        }
        return points(TimeRange.of(from, to, step(), now));
    }

    private static TimeRange points(TimeRange range) {
        long points = range.length().toSeconds() / range.stepSeconds();
        if (points > TimeRange.MAX_POINTS) {
            throw Problem.badRequest(
                    "step_too_small",
                    "A step of %d s gives %d points, at most %d are drawn: choose a longer step."
                            .formatted(range.stepSeconds(), points, TimeRange.MAX_POINTS));
        }
        return range;
    }

    /** Returns a time that is written as such or as an age; {@code absent} without a parameter. */
    static Instant time(Params params, String name, Instant now, Instant absent) {
        String value = params.text(name);
        if (value == null) {
            return absent;
        }
        Instant latest = now.plus(TimeRange.LONGEST);
        try {
            Instant time = parsed(value, now);
            if (time.isAfter(Instant.EPOCH) && time.isBefore(latest)) {
                return time;
            }
        } catch (DateTimeException e) {
            throw Problem.badRequest(
                    "bad_time",
                    ("%s is '%s'; write RFC 3339 such as 2026-11-22T14:02:10Z, epoch "
                                    + "milliseconds, or now-6h.")
                            .formatted(name, shortened(value)));
        }
        throw Problem.badRequest(
                "bad_time",
                "%s is '%s'; it must be after 1970 and before %s."
                        .formatted(name, shortened(value), latest.truncatedTo(ChronoUnit.SECONDS)));
    }

    private static Instant parsed(String value, Instant now) {
        Matcher ago = AGO.matcher(value);
        if (ago.matches()) {
            return ago.group(1) == null
                    ? now
                    : now.minusSeconds(seconds(Long.parseLong(ago.group(1)), ago.group(2)));
        }
        return value.matches("\\d{12,14}")
                ? Instant.ofEpochMilli(Long.parseLong(value))
                : OffsetDateTime.parse(value.replace(' ', '+')).toInstant();
    }

    private long step() {
        String value = text("step");
        Matcher m = STEP.matcher(value == null ? "0" : value);
        long step = m.matches() ? seconds(Long.parseLong(m.group(1)), m.group(2)) : -1;
        if (value != null && (step < 60 || step % 60 != 0 || step > 7 * 86_400)) {
            throw Problem.badRequest(
                    "bad_step",
                    "step is '%s'; write whole minutes such as 60, 5m, 1h, at most 7d."
                            .formatted(shortened(value)));
        }
        return step;
    }

    private static long seconds(long n, String unit) {
        return switch (unit) {
            case "m" -> n * 60;
            case "h" -> n * 3600;
            case "d" -> n * 86_400;
            default -> n;
        };
    }

    /** Returns the earlier range with which the part of a range that has passed is compared. */
    final TimeRange against(TimeRange range, Instant now) {
        Duration shift =
                switch (oneOf("against", "previous", "day", "week")) {
                    case "day" -> Duration.ofDays(1);
                    case "week" -> Duration.ofDays(7);
                    default -> range.length();
                };
        // A range is aligned, and may be longer than requested by one of its windows.
        if (shift.compareTo(range.length().minus(range.unit())) < 0) {
            throw Problem.badRequest(
                    "bad_against",
                    "against=%s overlaps a range of %d hours; write previous, or a shorter range."
                            .formatted(text("against"), range.length().toHours()));
        }
        return range.passed(now).earlier(shift, now);
    }
}
