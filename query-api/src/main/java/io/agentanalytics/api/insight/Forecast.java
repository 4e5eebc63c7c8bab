package io.agentanalytics.api.insight;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Forecast of the month's cost, assuming that the coming days resemble the last ones: the cost so
 * far plus, for the rest of the month, the mean of the last complete days, with a prediction
 * interval from Student's t-distribution.
 *
 * @param periodEnd end of the month, UTC
 * @param days number of complete days that the estimate is based on
 * @param expectedUsd null with fewer than two complete days, like the bounds
 */
public record Forecast(
        Instant periodStart,
        Instant periodEnd,
        BigDecimal spentUsd,
        int days,
        @Nullable BigDecimal expectedUsd,
        @Nullable BigDecimal lowUsd,
        @Nullable BigDecimal highUsd) {

    /** 97.5 % quantiles of Student's t-distribution for 1 to 14 degrees of freedom. */
    private static final double[] T = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145
    };

    /** Maximum number of days: older days are less representative of the coming days. */
    private static final int MAX_DAYS = 15;

    /**
     * Computes the forecast.
     *
     * @param byDay cost in dollars by UTC day, including the current day; days without cost may be
     *     missing
     * @param first first day with recorded data
     */
    public static Forecast of(
            Map<LocalDate, BigDecimal> byDay, @Nullable LocalDate first, Instant now) {
        LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        LocalDate start = today.withDayOfMonth(1);
        LocalDate end = YearMonth.from(today).plusMonths(1).atDay(1);
        BigDecimal spent = BigDecimal.ZERO;
        for (LocalDate day = start; !day.isAfter(today); day = day.plusDays(1)) {
            spent = spent.add(byDay.getOrDefault(day, BigDecimal.ZERO));
        }
        double sum = 0;
        double squares = 0;
        int n = 0;
        // Excludes the first day, because recording started during it.
        for (LocalDate day = today.minusDays(1);
                first != null && day.isAfter(first) && n < MAX_DAYS;
                day = day.minusDays(1)) {
            double usd = byDay.getOrDefault(day, BigDecimal.ZERO).doubleValue();
            sum += usd;
            squares += usd * usd;
            n++;
        }
        Instant from = start.atStartOfDay().toInstant(ZoneOffset.UTC);
        Instant until = end.atStartOfDay().toInstant(ZoneOffset.UTC);
        if (n < 2) {
            return new Forecast(from, until, spent, n, null, null, null);
        }
        double mean = sum / n;
        double deviation = Math.sqrt(Math.max(0, (squares - n * mean * mean) / (n - 1)));
        double left = Duration.between(now, until).toMillis() / 86_400_000.0;
        double half =
                T[Math.min(n - 1, T.length) - 1] * deviation * Math.sqrt(left + left * left / n);
        return new Forecast(
                from,
                until,
                spent,
                n,
                spent.add(dollars(left * mean)),
                spent.add(dollars(Math.max(0, left * mean - half))),
                spent.add(dollars(left * mean + half)));
    }

    private static BigDecimal dollars(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    }
}
