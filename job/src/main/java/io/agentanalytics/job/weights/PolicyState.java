package io.agentanalytics.job.weights;

import java.util.Map;
import java.util.TreeMap;

/** What the policy knows of a scope's providers. */
public final class PolicyState {
    /** Buckets of requests that began, five seconds each, a minute in all. */
    private static final int BUCKETS = 12;

    /** A provider changes about so often, in seconds. */
    private static final double BETWEEN_CHANGES = 1800;

    public Map<String, ProviderState> providers = new TreeMap<>();

    /** Requests by bucket; the bucket's number tells which. */
    public double[] counts = new double[BUCKETS];

    public long bucket;

    /** When the first request came, epoch seconds. */
    public double since;

    /** Requests a second, as of the last decision. */
    public double rate = 1;

    /** What a request is worth as traffic was shared by the last decision. */
    public double reference;

    /** Whether something happened that is worth a decision before its time. */
    public boolean urgent;

    void count(double now) {
        turn(now);
        counts[(int) Math.floorMod(bucket, BUCKETS)]++;
    }

    private void turn(double now) {
        long current = (long) (now / 5);
        if (since == 0) {
            since = now;
            bucket = current;
        }
        for (long next = Math.max(bucket + 1, current - BUCKETS + 1); next <= current; next++) {
            counts[(int) Math.floorMod(next, BUCKETS)] = 0;
        }
        bucket = Math.max(bucket, current);
    }

    /** Requests a second over the last minute, or since the first. */
    double rate(double now) {
        turn(now);
        double sum = 0;
        for (double count : counts) {
            sum += count;
        }
        double within = (BUCKETS - 1) * 5 + now % 5;
        return Math.max(1e-3, sum / Math.max(1, Math.min(within, now - since)));
    }

    /** What detectors have to be surer of than by chance, as a logarithm of a likelihood ratio. */
    double threshold() {
        return Math.log(2 + BETWEEN_CHANGES * rate);
    }
}
