package io.agentanalytics.job.budgets;

import io.agentanalytics.contract.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * Forecast of the spend until the end of a period, assuming that it resembles the same times of the
 * last days: a {@link Prediction} from up to 15 samples. A sample is the spend of the rest of the
 * period on an earlier day; of periods with more than a day left, it is the spend of a whole day.
 * With less than two days of history, samples are the last hours, or times as long as the rest of
 * the period if that is shorter.
 *
 * @param nanos expected further spend in nano-dollars
 */
public record SpendForecast(long nanos, long lowNanos, long highNanos) {
    static final long DAY_CELLS = 96;
    private static final long HOUR_CELLS = 4;

    /** Spend of cells of a quarter of an hour. */
    public interface Cells {
        /** Returns the spend from a cell (inclusive) to another (exclusive), in nano-dollars. */
        long sum(long from, long to) throws Exception;
    }

    /**
     * Computes the forecast; null as long as there are fewer than two samples.
     *
     * @param first first cell that was counted as a whole
     * @param now current cell
     * @param end cell at which the period ends
     */
    static @Nullable SpendForecast of(Cells cells, long first, long now, long end)
            throws Exception {
        long rest = Math.max(1, end - now);
        long length = Math.min(rest, DAY_CELLS);
        int n = samples(first, now, DAY_CELLS);
        if (n >= 2) {
            return of(cells, now, length, DAY_CELLS, n, rest);
        }
        length = Math.min(rest, HOUR_CELLS);
        n = samples(first, now, length);
        return n < 2 ? null : of(cells, now, length, length, n, rest);
    }

    private static int samples(long first, long now, long step) {
        return (int) Math.max(0, Math.min(Prediction.MAX_SAMPLES, (now - first) / step));
    }

    private static SpendForecast of(
            Cells cells, long now, long length, long step, int n, double rest) throws Exception {
        double[] samples = new double[n];
        for (int i = 0; i < n; i++) {
            long from = now - (i + 1) * step;
            samples[i] = cells.sum(from, from + length);
        }
        Prediction further = Prediction.of(samples, rest / length);
        return new SpendForecast(
                Math.round(further.expected()),
                Math.round(further.low()),
                Math.round(further.high()));
    }
}
