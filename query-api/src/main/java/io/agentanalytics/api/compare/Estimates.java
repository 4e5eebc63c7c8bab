package io.agentanalytics.api.compare;

import io.agentanalytics.api.insight.Interval;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** Estimates of the changes between two versions, with 95 % confidence intervals. */
final class Estimates {
    /** Minimum number of units of a version; the intervals of means are too narrow below. */
    static final int FEWEST = 30;

    private Estimates() {}

    /**
     * Returns the change of the success rate, as a share: Newcombe's hybrid score interval, for
     * independent or for paired proportions. A name counts once, however often it ran.
     */
    static @Nullable MetricChange success(Pairing units) {
        if (isTooFew(units)) {
            return null;
        }
        double[] before = rates(units.baseline());
        double[] after = rates(units.candidate());
        Interval baseline = Interval.ofShare(sum(before), before.length);
        Interval candidate = Interval.ofShare(sum(after), after.length);
        double correlation = units.paired() ? correlation(before, after) : 0;
        return new MetricChange(
                baseline.value(),
                candidate.value(),
                Interval.difference(candidate, baseline, correlation));
    }

    private static boolean isTooFew(Pairing units) {
        return Math.min(units.baseline().size(), units.candidate().size()) < FEWEST;
    }

    static long succeeded(ComparedTask task) {
        return task.succeeded() ? 1 : 0;
    }

    private static double[] rates(List<List<ComparedTask>> units) {
        return means(units, Estimates::succeeded);
    }

    private static double[] means(
            List<List<ComparedTask>> units, ToLongFunction<ComparedTask> figure) {
        return units.stream()
                .mapToDouble(unit -> unit.stream().mapToLong(figure).average().orElseThrow())
                .toArray();
    }

    private static double sum(double[] values) {
        return DoubleStream.of(values).sum();
    }

    private static double mean(double[] values) {
        return sum(values) / values.length;
    }

    /** Returns the correlation of pairs; positive ones with Newcombe's continuity correction. */
    private static double correlation(double[] x, double[] y) {
        double mx = mean(x);
        double my = mean(y);
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            xx += (x[i] - mx) * (x[i] - mx);
            yy += (y[i] - my) * (y[i] - my);
            xy += (x[i] - mx) * (y[i] - my);
        }
        double corrected = xy > 0 ? Math.max(0, xy - 0.5) : xy;
        return xx == 0 || yy == 0 ? 0 : corrected / Math.sqrt(xx * yy);
    }

    /** Returns the relative change of the cost per success, in nano-dollars. */
    static @Nullable MetricChange costPerSuccess(Pairing units) {
        return ratio(units.known(ComparedTask::costNanos), ComparedTask::costNanos, true);
    }

    /** Returns the relative change of the mean of a figure. */
    static @Nullable MetricChange mean(Pairing units, ToLongFunction<ComparedTask> figure) {
        return ratio(units.known(figure), figure, false);
    }

    /**
     * Returns the relative change of a ratio of means: the delta method for its logarithm (Cochran,
     * "Sampling Techniques", 1977, chapter 6) with a quantile of the t distribution. Pairs enter
     * with their differences, independent tasks with Welch's degrees of freedom.
     */
    private static @Nullable MetricChange ratio(
            Pairing units, ToLongFunction<ComparedTask> figure, boolean perSuccess) {
        if (isTooFew(units)) {
            return null;
        }
        Ratio before = Ratio.of(units.baseline(), figure, perSuccess);
        Ratio after = Ratio.of(units.candidate(), figure, perSuccess);
        if (!before.isPositive() || !after.isPositive()) {
            return atZero(units, before.value(), after.value());
        }
        double log = Math.log(after.value() / before.value());
        double half = units.paired() ? after.minus(before).halfWidth() : after.halfWidth(before);
        return new MetricChange(
                before.value(), after.value(), relative(new Interval(log, log - half, log + half)));
    }

    /**
     * Returns the change between ratios of which one is 0, or is infinite because no task
     * succeeded; null if nothing can be said. A candidate without a success is worse only if its
     * success rate is.
     */
    private static @Nullable MetricChange atZero(Pairing units, double before, double after) {
        MetricChange success = success(units);
        boolean isWorse = success != null && success.change().high() < 0;
        if (!Double.isFinite(before) || Double.isNaN(after)) {
            return null;
        }
        if (Double.isInfinite(after) && !isWorse) {
            return null;
        }
        double change =
                before == after ? 0 : before == 0 ? Double.POSITIVE_INFINITY : after / before - 1;
        return new MetricChange(before, after, new Interval(change, change, change));
    }

    private static Interval relative(Interval log) {
        return new Interval(Math.expm1(log.value()), Math.expm1(log.low()), Math.expm1(log.high()));
    }

    /** Ratio of two means, and the influence of each unit on its logarithm. */
    private record Ratio(double value, double[] influences) {
        static Ratio of(
                List<List<ComparedTask>> units,
                ToLongFunction<ComparedTask> figure,
                boolean perSuccess) {
            double[] above = means(units, figure);
            double[] below = means(units, perSuccess ? Estimates::succeeded : task -> 1);
            double meanAbove = mean(above);
            double meanBelow = mean(below);
            double[] influences = new double[above.length];
            for (int i = 0; i < above.length; i++) {
                influences[i] = above[i] / meanAbove - below[i] / meanBelow;
            }
            return new Ratio(meanAbove / meanBelow, influences);
        }

        boolean isPositive() {
            return value > 0 && Double.isFinite(value);
        }

        Ratio minus(Ratio other) {
            double[] difference = influences.clone();
            for (int i = 0; i < difference.length; i++) {
                difference[i] -= other.influences[i];
            }
            return new Ratio(value / other.value, difference);
        }

        double variance() {
            double n = influences.length;
            return DoubleStream.of(influences).map(d -> d * d).sum() / (n * (n - 1));
        }

        double halfWidth() {
            return t(influences.length - 1) * Math.sqrt(variance());
        }

        double halfWidth(Ratio other) {
            double a = variance();
            double b = other.variance();
            double freedom =
                    (a + b)
                            * (a + b)
                            / (a * a / (influences.length - 1)
                                    + b * b / (other.influences.length - 1));
            return a + b == 0 ? 0 : t(freedom) * Math.sqrt(a + b);
        }
    }

    /**
     * Returns the 97.5 % quantile of the t distribution, accurate to 0.001 from 10 degrees of
     * freedom on (Abramowitz and Stegun, 26.7.5).
     */
    private static double t(double freedom) {
        double z = Interval.Z;
        double z3 = z * z * z;
        return z
                + (z3 + z) / (4 * freedom)
                + (5 * z3 * z * z + 16 * z3 + 3 * z) / (96 * freedom * freedom);
    }

    /**
     * Returns the relative change of a quantile of the duration, in milliseconds: order statistics
     * of each version (Hahn and Meeker, "Statistical Intervals", 1991, 5.2), combined as by
     * Newcombe on the logarithm. Null with too few tasks for a bound.
     */
    static @Nullable MetricChange duration(Pairing units, double quantile) {
        Pairing timed = units.known(ComparedTask::durationMillis);
        Interval before = quantile(timed.baseline(), quantile);
        Interval after = quantile(timed.candidate(), quantile);
        return before == null || after == null || isTooFew(timed)
                ? null
                : new MetricChange(
                        Math.exp(before.value()),
                        Math.exp(after.value()),
                        relative(Interval.difference(after, before, 0)));
    }

    private static @Nullable Interval quantile(List<List<ComparedTask>> units, double q) {
        double[] sorted =
                units.stream()
                        .flatMap(List::stream)
                        .mapToDouble(task -> Math.log(Math.max(1, task.durationMillis())))
                        .toArray();
        Arrays.sort(sorted);
        double rank = q * sorted.length;
        double spread = Interval.Z * Math.sqrt(rank * (1 - q));
        int low = (int) Math.floor(rank - spread);
        int high = (int) Math.ceil(rank + spread);
        return low < 1 || high > sorted.length
                ? null
                : new Interval(
                        sorted[(int) Math.ceil(rank) - 1], sorted[low - 1], sorted[high - 1]);
    }
}
