package io.agentanalytics.api.insight;

import io.agentanalytics.contract.Prediction;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Forecast of the month's cost, assuming that the coming days resemble the last ones: the cost so
 * far plus, for the rest of the month, a {@link Prediction} from up to 15 complete days.
 *
 * @param periodEnd end of the month, UTC
 * @param spentUsd cost so far, a lower bound if some requests are of unknown cost
 * @param unpricedRequests number of these requests; the forecast leaves them out as well
 * @param days number of complete days that the estimate is based on
 * @param expectedUsd null with fewer than two complete days, like the bounds
 */
@RecordBuilder
public record Forecast(
        Instant periodStart,
        Instant periodEnd,
        BigDecimal spentUsd,
        long unpricedRequests,
        int days,
        @Nullable BigDecimal expectedUsd,
        @Nullable BigDecimal lowUsd,
        @Nullable BigDecimal highUsd) {

    /** Cost in dollars, and the number of requests of unknown cost. */
    public record Spend(BigDecimal usd, long unpriced) {
        static final Spend NONE = new Spend(BigDecimal.ZERO, 0);

        Spend plus(Spend other) {
            return new Spend(usd.add(other.usd), unpriced + other.unpriced);
        }
    }

    /**
     * Computes the forecast.
     *
     * @param byDay cost by UTC day, including the current day; days without cost may be missing
     * @param first first day with recorded data
     */
    public static Forecast of(Map<LocalDate, Spend> byDay, @Nullable LocalDate first, Instant now) {
        LocalDate today = now.atOffset(ZoneOffset.UTC).toLocalDate();
        LocalDate start = today.withDayOfMonth(1);
        LocalDate end = YearMonth.from(today).plusMonths(1).atDay(1);
        Spend sum = Spend.NONE;
        for (LocalDate day = start; !day.isAfter(today); day = day.plusDays(1)) {
            sum = sum.plus(byDay.getOrDefault(day, Spend.NONE));
        }
        BigDecimal spent = sum.usd();
        double[] days = wholeDays(byDay, first, today);
        Instant until = end.atStartOfDay().toInstant(ZoneOffset.UTC);
        var forecast =
                ForecastBuilder.builder()
                        .periodStart(start.atStartOfDay().toInstant(ZoneOffset.UTC))
                        .periodEnd(until)
                        .spentUsd(spent)
                        .unpricedRequests(sum.unpriced())
                        .days(days.length);
        if (days.length < 2) {
            return forecast.build();
        }
        double left = Duration.between(now, until).toMillis() / (double) TimeUnit.DAYS.toMillis(1);
        Prediction further = Prediction.of(days, left);
        return forecast.expectedUsd(spent.add(dollars(further.expected())))
                .lowUsd(spent.add(dollars(further.low())))
                .highUsd(spent.add(dollars(further.high())))
                .build();
    }

    /** Returns the spend of the latest whole days, newest first. */
    private static double[] wholeDays(
            Map<LocalDate, Spend> byDay, @Nullable LocalDate first, LocalDate today) {
        double[] days = new double[Prediction.MAX_SAMPLES];
        int n = 0;
        // Excludes the first day, because recording started during it.
        for (LocalDate day = today.minusDays(1);
                first != null && day.isAfter(first) && n < days.length;
                day = day.minusDays(1)) {
            days[n++] = byDay.getOrDefault(day, Spend.NONE).usd().doubleValue();
        }
        return Arrays.copyOf(days, n);
    }

    private static BigDecimal dollars(double value) {
        return BigDecimal.valueOf(value).setScale(2, RoundingMode.HALF_EVEN);
    }
}
