package io.agentanalytics.contract;

/** Confidence bounds of a share by Wilson's score interval (Wilson, JASA 1927). */
public final class Wilson {
    /** Quantile of the normal distribution for a one-sided confidence of 95 %. */
    public static final double ONE_SIDED_95 = 1.6448536269514722;

    /** Quantile of the normal distribution for a two-sided confidence of 95 %. */
    public static final double TWO_SIDED_95 = 1.959963984540054;

    private Wilson() {}

    /** Returns the lower bound with one-sided 95 % confidence; 0 without observations. */
    public static double lower(double hits, double n) {
        return n <= 0 ? 0 : bound(hits, n, -ONE_SIDED_95);
    }

    /**
     * Returns a bound of the share of hits among {@code n > 0} observations.
     *
     * @param z quantile of the normal distribution; negative for a lower bound
     */
    public static double bound(double hits, double n, double z) {
        double p = hits / n;
        double z2 = z * z;
        double distance = z * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
        return (p + z2 / (2 * n) + distance) / (1 + z2 / n);
    }
}
