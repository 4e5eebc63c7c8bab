package io.agentanalytics.job.weights;

import java.util.Arrays;

/**
 * Requests per second over the last minute, in twelve buckets of five seconds. All times are in
 * seconds.
 */
public final class RequestRate {
    private static final int BUCKETS = 12;
    private static final int SECONDS = 5;
    private static final double MIN_RATE = 1e-3;

    /** Requests by bucket number, modulo the number of buckets. */
    public double[] counts = new double[BUCKETS];

    public long bucket;

    /** Time of the first request. */
    public double since;

    void count(double now) {
        turn(now);
        counts[(int) Math.floorMod(bucket, BUCKETS)]++;
    }

    private void turn(double now) {
        long current = (long) (now / SECONDS);
        // Later buckets would hold all requests until the clock has caught up.
        boolean setBack = current < bucket - 1;
        if (setBack) {
            Arrays.fill(counts, 0);
        }
        if (since == 0 || setBack) {
            since = now;
            bucket = current;
        }
        for (long next = Math.max(bucket + 1, current - BUCKETS + 1); next <= current; next++) {
            counts[(int) Math.floorMod(next, BUCKETS)] = 0;
        }
        bucket = Math.max(bucket, current);
    }

    double lastMinute(double now) {
        turn(now);
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        return sum;
    }

    /** Returns the rate over the last minute, or since the first request. */
    double perSecond(double now) {
        double sum = lastMinute(now);
        double within = (BUCKETS - 1) * SECONDS + now % SECONDS;
        return Math.max(MIN_RATE, sum / Math.max(1, Math.min(within, now - since)));
    }
}
