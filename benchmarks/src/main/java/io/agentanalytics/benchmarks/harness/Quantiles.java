package io.agentanalytics.benchmarks.harness;

import java.util.List;

/** Quantiles of measurements. */
public final class Quantiles {
    private Quantiles() {}

    /** Returns a quantile of values in ascending order; 1 for the largest value. */
    public static double of(List<Double> sorted, double q) {
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (sorted.size() * q)));
    }
}
