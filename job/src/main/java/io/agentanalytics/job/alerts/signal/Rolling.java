package io.agentanalytics.job.alerts.signal;

import java.util.Arrays;

/**
 * The newest values of something, and what is usual among them: median and median absolute
 * deviation, computed anew after every twenty values. Kept in state.
 */
public class Rolling {
    static final int SIZE = 128;
    private static final int REFRESH = 20;

    public float[] values = {};
    public int next;
    public int sinceRefresh = REFRESH;
    public double median;
    public double deviation;

    /** For Flink. */
    public Rolling() {}

    void add(double value) {
        if (values.length < SIZE) {
            values = Arrays.copyOf(values, values.length + 1);
            values[values.length - 1] = (float) value;
        } else {
            values[next] = (float) value;
            next = (next + 1) % SIZE;
        }
        sinceRefresh++;
    }

    int size() {
        return values.length;
    }

    /** The usual value; only with values. */
    double median() {
        refresh();
        return median;
    }

    /** How far values usually are from the median, as a standard deviation. */
    double deviation() {
        refresh();
        return deviation;
    }

    private void refresh() {
        if (sinceRefresh < REFRESH) {
            return;
        }
        sinceRefresh = 0;
        float[] sorted = values.clone();
        median = middle(sorted);
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = (float) Math.abs(sorted[i] - median);
        }
        deviation = Statistics.MAD_TO_SIGMA * middle(sorted);
    }

    /** The median; sorts the array. */
    static double middle(float[] values) {
        Arrays.sort(values);
        int n = values.length;
        return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + (double) values[n / 2]) / 2;
    }
}
