package io.agentanalytics.job.statistics;

/** Confidence bounds of a share by Wilson's score interval (Wilson, JASA 1927). */
public final class Wilson {
    /** Quantile of the normal distribution for a one-sided confidence of 95 %. */
    public static final double Z_95 = 1.6448536269514722;

    private Wilson() {}

    /** Returns the lower bound with one-sided 95 % confidence; 0 without observations. */
    public static double lower(double hits, double n) {
        if (n <= 0) {
            return 0;
        }
        double p = hits / n;
        double z2 = Z_95 * Z_95;
        double half = Z_95 * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return (p + z2 / (2 * n) - half) / (1 + z2 / n);
    }
}
