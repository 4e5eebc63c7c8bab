package io.agentanalytics.api.insight;

/**
 * Comparison of the current provider and model with another one.
 *
 * @param success change of the success rate, as a share
 * @param saving reduction of the cost per success, in dollars
 * @param troubled true if the other provider is in trouble now, regardless of its past results
 */
record Comparison(
        Insight.Served other,
        Outcomes outcomes,
        Interval success,
        Interval saving,
        boolean troubled) {
    /** Maximum loss of success rate. A greater loss must be excluded before a switch is advised. */
    static final double MARGIN = 0.05;

    static Comparison of(
            Outcomes current, Insight.Served other, Outcomes outcomes, boolean troubled) {
        Interval now = current.costPerSuccess();
        Interval then = outcomes.costPerSuccess();
        double variance = square(now) + square(then);
        return new Comparison(
                other,
                outcomes,
                Interval.difference(outcomes.success(), current.success()),
                Interval.of(now.value() - then.value(), variance),
                troubled);
    }

    private static double square(Interval interval) {
        double deviation = (interval.high() - interval.low()) / (2 * Interval.Z);
        return deviation * deviation;
    }

    boolean isNoWorse() {
        return success.low() > -MARGIN;
    }

    boolean isAdvised() {
        return !troubled && isNoWorse() && saving.low() > 0;
    }

    String verdict() {
        if (troubled) {
            return "in_trouble_now";
        }
        if (isAdvised()) {
            return success.low() > 0 ? "better_and_cheaper" : "cheaper";
        }
        if (saving.low() > 0) {
            return success.high() < 0 ? "cheaper_but_worse" : "cheaper_success_not_proven";
        }
        return saving.high() < 0 ? "more_expensive" : "no_significant_difference";
    }
}
