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
 * What the month's bill will be, if the days to come are like the last ones: what is spent, and for
 * the rest of the month the mean of the last complete days, with a prediction interval by Student's
 * t.
 *
 * @param periodEnd the end of the month, UTC
 * @param days complete days that the estimate rests on
 * @param expectedUsd null with less than two complete days, as are the bounds
 */
public record Forecast(
        Instant periodStart,
        Instant periodEnd,
        BigDecimal spentUsd,
        int days,
        @Nullable BigDecimal expectedUsd,
        @Nullable BigDecimal lowUsd,
        @Nullable BigDecimal highUsd) {

    /** 97.5 % quantiles of Student's t for 1 to 14 degrees of freedom. */
    private static final double[] T = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145
    };

    /** Older days say less about the days to come. */
    private static final int MOST_DAYS = 15;

    /**
     * The forecast.
     *
     * @param byDay dollars by day, UTC; today among them; days without spending may be missing
     * @param first the first day that anything was recorded on
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
        // The first day is not complete: recording began some time within it.
        for (LocalDate day = today.minusDays(1);
                first != null && day.isAfter(first) && n < MOST_DAYS;
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
