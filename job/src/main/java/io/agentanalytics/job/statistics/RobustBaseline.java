package io.agentanalytics.job.statistics;

import java.util.Arrays;

/**
 * Median and median absolute deviation of a stream, over about the last four hundred values. Exact
 * for the first thirty values; later values use stochastic approximation (Robbins and Monro, Ann.
 * Math. Statist. 1951): each value moves the estimates up or down by one step, of the optimal size
 * for a normal distribution. It needs a few bytes; the values themselves would need kilobytes. Kept
 * in state.
 */
public class RobustBaseline {
    private static final int EXACTLY = 30;

    /**
     * Factor from the median absolute deviation of a normal distribution to its standard deviation.
     */
    private static final double MAD_TO_SIGMA = 1.4826;

    /** Minimum gain: the rate at which old values decay once there are enough of them. */
    private static final double MIN_GAIN = 1.0 / 200;

    /** Step of the median: 0.5 / density at the median of a normal distribution, in deviations. */
    private static final double MEDIAN_STEP = 1.2533;

    /**
     * Step of the deviation: 0.5 / density of the absolute deviation at its median, in deviations.
     */
    private static final double DEVIATION_STEP = 0.7867;

    /**
     * Minimum deviation of the logarithm of a value: without it, any change of a value that hardly
     * varies would be an outlier.
     */
    private static final double MIN_DEVIATION = 0.25;

    public float[] first = {};
    public long n;
    public double median;

    /** Median absolute deviation, scaled to the standard deviation of a normal distribution. */
    public double deviation;

    /** Required by Flink. */
    public RobustBaseline() {}

    public void add(double value) {
        n++;
        if (n <= EXACTLY) {
            first = Arrays.copyOf(first, first.length + 1);
            first[first.length - 1] = (float) value;
            median = median(first.clone());
            deviation = MAD_TO_SIGMA * median(distances());
            if (n == EXACTLY) {
                first = new float[0];
            }
            return;
        }
        step(value, 1);
    }

    /** Returns the deviation for values that are logarithms, which is never tiny. */
    public double spread() {
        return Math.max(deviation, MIN_DEVIATION);
    }

    /**
     * Returns true if the logarithm of a value is far above the baseline of logarithms.
     *
     * @param ratio minimum ratio of the value to the median
     * @param z minimum distance from the median in deviations
     */
    public boolean isOutlier(double ln, double ratio, double z) {
        double over = ln - median;
        return over > Math.log(ratio) && over / spread() > z;
    }

    /** Replaces a wrong value by the right one and reverts the effect of the wrong one. */
    public void replace(double wrong, double right) {
        for (int i = 0; i < first.length; i++) {
            if (first[i] == (float) wrong) {
                first[i] = (float) right;
                median = median(first.clone());
                deviation = MAD_TO_SIGMA * median(distances());
                return;
            }
        }
        if (n >= EXACTLY) {
            step(wrong, -1);
            step(right, 1);
        }
    }

    private void step(double value, int direction) {
        double gain = direction * Math.max(MIN_GAIN, 1.0 / n);
        double scale = Math.max(deviation, 1e-9);
        double far = Math.abs(value - median) * MAD_TO_SIGMA;
        median += gain * MEDIAN_STEP * scale * Math.signum(value - median);
        deviation += gain * DEVIATION_STEP * MAD_TO_SIGMA * scale * Math.signum(far - deviation);
    }

    private float[] distances() {
        float[] distances = new float[first.length];
        for (int i = 0; i < first.length; i++) {
            distances[i] = (float) Math.abs(first[i] - median);
        }
        return distances;
    }

    /**
     * Returns the greatest likely median: the median plus {@code errors} times its standard error
     * (1.2533 deviations divided by the square root of n).
     */
    public double likelyMost(double errors) {
        double among = Math.min(n, 2 / MIN_GAIN);
        return median + errors * MEDIAN_STEP * deviation / Math.sqrt(among);
    }

    public long size() {
        return n;
    }

    /** Returns the median; sorts the array. */
    public static double median(float[] values) {
        Arrays.sort(values);
        int n = values.length;
        return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + (double) values[n / 2]) / 2;
    }
}
