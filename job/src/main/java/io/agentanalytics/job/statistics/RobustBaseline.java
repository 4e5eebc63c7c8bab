package io.agentanalytics.job.statistics;

import java.util.Arrays;

/**
 * Median and median absolute deviation of a stream, over about the last four hundred values. The
 * first thirty exactly, then by stochastic approximation (Robbins and Monro, Ann. Math. Statist.
 * 1951): a step up or down with every value, of the size that is best for a normal distribution. It
 * takes a few bytes where the values themselves would take kilobytes. Kept in state.
 */
public class RobustBaseline {
    private static final int EXACTLY = 30;

    /** Makes the median absolute deviation of a normal distribution its standard deviation. */
    private static final double MAD_TO_SIGMA = 1.4826;

    /** Values fade with this gain once there are enough. */
    private static final double LEAST_GAIN = 1.0 / 200;

    /** 0.5 / density at the median of a normal distribution, in deviations. */
    private static final double MEDIAN_STEP = 1.2533;

    /** 0.5 / density of the absolute deviation at its median, in deviations. */
    private static final double DEVIATION_STEP = 0.7867;

    public float[] first = {};
    public long n;
    public double median;

    /** The median absolute deviation, scaled to the standard deviation of a normal distribution. */
    public double deviation;

    /** For Flink. */
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

    /** A value turns out to be another one: what the wrong one taught is taken back. */
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
        double gain = direction * Math.max(LEAST_GAIN, 1.0 / n);
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
     * The greatest median that is still likely: the median and {@code errors} of its standard error
     * (1.2533 deviations by the root of n).
     */
    public double likelyMost(double errors) {
        double among = Math.min(n, 2 / LEAST_GAIN);
        return median + errors * MEDIAN_STEP * deviation / Math.sqrt(among);
    }

    public long size() {
        return n;
    }

    /** The median; sorts the array. */
    public static double median(float[] values) {
        Arrays.sort(values);
        int n = values.length;
        return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + (double) values[n / 2]) / 2;
    }
}
