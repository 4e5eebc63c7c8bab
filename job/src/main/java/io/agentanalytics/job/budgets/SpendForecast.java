package io.agentanalytics.job.budgets;

import org.jspecify.annotations.Nullable;

/**
 * Forecast of the spend until the end of a period, assuming that it resembles the same times of the
 * last days: the mean of up to 15 samples, with a 95 % prediction interval from Student's
 * t-distribution. A sample is the spend of the rest of the period on an earlier day; of periods
 * with more than a day left, it is the spend of a whole day. With less than two days of history,
 * samples are the last hours, or times as long as the rest of the period if that is shorter.
 *
 * @param nanos expected further spend in nano-dollars
 */
public record SpendForecast(long nanos, long lowNanos, long highNanos) {
    static final long DAY_CELLS = 96;
    private static final long HOUR_CELLS = 4;
    private static final int MAX_SAMPLES = 15;

    /** 97.5 % quantiles of Student's t-distribution for 1 to 14 degrees of freedom. */
    private static final double[] T = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145
    };

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
        return (int) Math.max(0, Math.min(MAX_SAMPLES, (now - first) / step));
    }

    private static SpendForecast of(
            Cells cells, long now, long length, long step, int n, double rest) throws Exception {
        double sum = 0;
        double squares = 0;
        for (int i = 1; i <= n; i++) {
            double spent = cells.sum(now - i * step, now - i * step + length);
            sum += spent;
            squares += spent * spent;
        }
        double mean = sum / n;
        double deviation = Math.sqrt(Math.max(0, (squares - n * mean * mean) / (n - 1)));
        double left = rest / length;
        double half =
                T[Math.min(n - 1, T.length) - 1] * deviation * Math.sqrt(left + left * left / n);
        return new SpendForecast(
                Math.round(left * mean),
                Math.round(Math.max(0, left * mean - half)),
                Math.round(left * mean + half));
    }
}
