package io.agentanalytics.api.insight;

import io.agentanalytics.contract.Wilson;
import org.apache.commons.numbers.gamma.Erf;

/** Estimate with its 95 % confidence interval. */
public record Interval(double value, double low, double high) {
    public static final double Z = Wilson.TWO_SIDED_95;

    static Interval of(double value, double variance) {
        double half = Z * Math.sqrt(Math.max(0, variance));
        return new Interval(value, value - half, value + half);
    }

    /** Wilson score interval of a proportion. */
    public static Interval ofShare(double hits, double n) {
        return new Interval(hits / n, Wilson.bound(hits, n, -Z), Wilson.bound(hits, n, Z));
    }

    /** Difference of two independent proportions, after Newcombe (1998), method 10. */
    static Interval difference(Interval a, Interval b) {
        return difference(a, b, 0);
    }

    /**
     * Difference of two proportions whose estimates have a correlation, after Newcombe (1998,
     * "Improved confidence intervals for the difference between binomial proportions based on
     * paired data").
     */
    public static Interval difference(Interval a, Interval b, double correlation) {
        double value = a.value - b.value;
        double down = hypot(a.value - a.low, b.high - b.value, correlation);
        double up = hypot(a.high - a.value, b.value - b.low, correlation);
        return new Interval(value, value - down, value + up);
    }

    private static double hypot(double x, double y, double correlation) {
        return Math.sqrt(Math.max(0, x * x + y * y - 2 * correlation * x * y));
    }

    public Interval times(double factor) {
        return new Interval(value * factor, low * factor, high * factor);
    }

    boolean excludesZero() {
        return low > 0 || high < 0;
    }

    /**
     * Returns the probability, 0 to 1, that the value is above zero. Uses the normal distribution
     * with the standard deviation on the side towards zero, so that the result agrees with the
     * interval.
     */
    double confidence() {
        double sd = (value > 0 ? value - low : high - value) / Z;
        return sd <= 0 ? (value > 0 ? 1 : 0) : Erf.value(value / sd / Math.sqrt(2)) / 2 + 0.5;
    }
}
