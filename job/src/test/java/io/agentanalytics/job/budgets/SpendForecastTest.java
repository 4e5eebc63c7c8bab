package io.agentanalytics.job.budgets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SpendForecastTest {
    private static final long USD = 1_000_000_000;
    private static final long DAY = SpendForecast.DAY_CELLS;

    /** Spend of a cell. */
    private interface Rate {
        long at(long cell);
    }

    private static SpendForecast.Cells cells(Rate rate) {
        return (from, to) -> {
            long sum = 0;
            for (long cell = from; cell < to; cell++) {
                sum += rate.at(cell);
            }
            return sum;
        };
    }

    @Test
    void theRestOfTheDay_isEstimatedFromEarlierDays() throws Exception {
        // All spend is in the afternoon, so the morning does not predict it.
        SpendForecast.Cells afternoons = cells(cell -> cell % DAY >= DAY / 2 ? USD : 0);
        SpendForecast forecast = SpendForecast.of(afternoons, 0, 10 * DAY + DAY / 2, 11 * DAY);
        assertThat(forecast).isEqualTo(new SpendForecast(48 * USD, 48 * USD, 48 * USD));
    }

    @Test
    void theRestOfAMonth_isAMultipleOfDays() throws Exception {
        SpendForecast forecast = SpendForecast.of(cells(cell -> USD), 0, 10 * DAY, 30 * DAY);
        assertThat(forecast.nanos()).isEqualTo(20 * DAY * USD);
    }

    @Test
    void withoutTwoDays_theLastHoursCount_withoutTwoSamplesNoForecast() throws Exception {
        SpendForecast.Cells even = cells(cell -> USD);
        assertThat(SpendForecast.of(even, 0, 12, DAY).nanos()).isEqualTo((DAY - 12) * USD);
        assertThat(SpendForecast.of(even, 0, 7, DAY)).isNull();
    }

    @Test
    void theIntervalContainsTheSpend_inNineteenOfTwentyCases() throws Exception {
        int held = 0;
        for (int seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            double[] days = random.doubles(30, 1, 3).toArray();
            SpendForecast.Cells cells = cells(cell -> (long) (USD * days[(int) (cell / DAY)]));
            SpendForecast forecast = SpendForecast.of(cells, 0, 15 * DAY, 20 * DAY);
            long truth = cells.sum(15 * DAY, 20 * DAY);
            held += forecast.lowNanos() <= truth && truth <= forecast.highNanos() ? 1 : 0;
        }
        assertThat(held).isBetween(920, 985);
    }
}
