package io.agentanalytics.contract;

/**
 * Prediction of the sum of further observations, with its 95 % prediction interval: the sum of
 * {@code m} further normal observations differs from {@code m} times the mean of {@code n} samples
 * by a standard deviation of {@code s sqrt(m + m^2 / n)}, in units of Student's t-distribution with
 * {@code n - 1} degrees of freedom (Hahn and Meeker, Statistical Intervals, 1991).
 *
 * @param low lower bound, at least 0: the observations are not negative
 */
public record Prediction(double expected, double low, double high) {
    /** 97.5 % quantiles of Student's t-distribution for 1 to 14 degrees of freedom. */
    private static final double[] T = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
        2.145
    };

    /** Maximum number of samples: older ones are less representative of what follows. */
    public static final int MAX_SAMPLES = T.length + 1;

    /**
     * Computes the prediction from at least two samples.
     *
     * @param further number of further observations
     */
    public static Prediction of(double[] samples, double further) {
        int n = samples.length;
        double sum = 0;
        double squares = 0;
        for (double sample : samples) {
            sum += sample;
            squares += sample * sample;
        }
        double mean = sum / n;
        double deviation = Math.sqrt(Math.max(0, (squares - n * mean * mean) / (n - 1)));
        double half = T[n - 2] * deviation * Math.sqrt(further + further * further / n);
        double expected = further * mean;
        return new Prediction(expected, Math.max(0, expected - half), expected + half);
    }
}
