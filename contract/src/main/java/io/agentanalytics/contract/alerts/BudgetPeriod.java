package io.agentanalytics.contract.alerts;

import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.JsonFields;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Budget periods in the calendar of a time zone: hours of the day, days, weeks or months. A day
 * with a daylight-saving change has 23 or 25 hours.
 */
public record BudgetPeriod(long seconds, ZoneId zone, DayOfWeek weekStarts) {
    private static final long HOUR = 3600;
    private static final long DAY = 24 * HOUR;
    private static final long WEEK = 7 * DAY;
    private static final long SHORTEST_MONTH = 28 * DAY;

    /** Standard first day of a week. */
    public static final String MONDAY = "monday";

    /** Seconds that stand for each named period. */
    public static final Map<String, Long> NAMES =
            Map.of("hour", HOUR, "day", DAY, "week", WEEK, "month", 30 * DAY);

    /** A period: its start (inclusive) and end (exclusive), epoch ms. */
    public record Span(long start, long end) {}

    public static BudgetPeriod of(AlertRule rule) {
        return new BudgetPeriod(
                (long) rule.get(RuleParameter.PERIOD_SECONDS),
                ZoneId.of(rule.text(AlertText.TIME_ZONE)),
                DayOfWeek.valueOf(rule.text(AlertText.WEEK_STARTS).toUpperCase(Locale.ROOT)));
    }

    /**
     * Returns a named period.
     *
     * @param name hour, day, week or month
     */
    public static BudgetPeriod of(String name, String zone, String weekStarts) {
        return new BudgetPeriod(
                Objects.requireNonNull(NAMES.get(name)),
                ZoneId.of(zone),
                DayOfWeek.valueOf(weekStarts.toUpperCase(Locale.ROOT)));
    }

    static void check(AlertRule rule) throws InvalidControlException {
        double seconds = rule.get(RuleParameter.PERIOD_SECONDS);
        boolean hours = seconds % HOUR == 0 && DAY % seconds == 0;
        boolean month = seconds >= SHORTEST_MONTH && seconds % DAY == 0;
        if (!hours && seconds != WEEK && !month) {
            throw new InvalidControlException(
                    ("params.period_seconds is %s; write hours that divide a day "
                                    + "(3600, 7200, 10800, 14400, 21600, 28800, 43200), 86400 for a "
                                    + "day, 604800 for a week or 2592000 for a calendar month.")
                            .formatted(JsonFields.plain(seconds)));
        }
        if (seconds != WEEK
                && !rule.text(AlertText.WEEK_STARTS).equals(AlertText.WEEK_STARTS.standard())) {
            throw new InvalidControlException(
                    "params.week_starts is for weeks; leave it out, or write period_seconds"
                            + " 604800.");
        }
    }

    /** Returns the period that contains a time (epoch ms). */
    public Span at(long millis) {
        ZonedDateTime now = Instant.ofEpochMilli(millis).atZone(zone);
        LocalDate day = now.toLocalDate();
        if (seconds < DAY) {
            int hours = (int) (seconds / HOUR);
            if (hours == 1) {
                // An hour that the zone repeats when its clocks go back is two periods.
                Instant start = now.truncatedTo(ChronoUnit.HOURS).toInstant();
                return new Span(
                        start.toEpochMilli(), start.plus(1, ChronoUnit.HOURS).toEpochMilli());
            }
            LocalDateTime start = day.atTime(now.getHour() - now.getHour() % hours, 0);
            return new Span(millis(start), millis(start.plusHours(hours)));
        }
        if (seconds == DAY) {
            return span(day, day.plusDays(1));
        }
        if (seconds == WEEK) {
            LocalDate first = day.with(TemporalAdjusters.previousOrSame(weekStarts));
            return span(first, first.plusWeeks(1));
        }
        LocalDate first = day.withDayOfMonth(1);
        return span(first, first.plusMonths(1));
    }

    private Span span(LocalDate first, LocalDate next) {
        return new Span(millis(first.atStartOfDay()), millis(next.atStartOfDay()));
    }

    private long millis(LocalDateTime local) {
        return local.atZone(zone).toInstant().toEpochMilli();
    }
}
