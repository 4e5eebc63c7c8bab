package io.agentanalytics.job.weights;

import io.agentanalytics.job.statistics.Cusum;

/**
 * Estimator of a provider's success rate: a long-run baseline, and after a detected change a fresh
 * estimate with decaying evidence, so that the provider is probed again. All times are in seconds.
 */
public final class SuccessEstimator {
    /** Minimum failure rate during an outage. */
    private static final double FAULT = 0.3;

    /** Minimum failure rate that is assumed for any provider. */
    private static final double MIN_FAILURE = 0.02;

    /** Number of prior successes of a new provider; {@code PRIOR_BAD} is the number of failures. */
    private static final double PRIOR_OK = 19;

    private static final double PRIOR_BAD = 1;

    /** Number of requests in the memory of the baseline. */
    private static final double MEMORY = 300;

    /** Number of requests that the baseline counts for in a fresh estimate. */
    private static final double BASE_WEIGHT = 1;

    /** Minimum number of requests, as successful as the baseline, that end a change. */
    private static final double BACK = 10;

    public double ok;
    public double bad;
    public boolean changed;
    public double since;
    public double freshOk;
    public double freshBad;

    /** True if the change was detected in requests without an answer. */
    public boolean hanging;

    /** End of the last change. Requests that began earlier are ignored. */
    public double well = Double.NEGATIVE_INFINITY;

    /** Evidence of a change since {@code sumSince}, and the results that it consists of. */
    public Cusum cusum = new Cusum();

    public double sumSince;
    public double sumOk;
    public double sumBad;

    double base() {
        return (ok + PRIOR_OK) / (ok + bad + PRIOR_OK + PRIOR_BAD);
    }

    /** Returns the number of requests that the estimate is based on. */
    double n() {
        return changed ? freshOk + freshBad + BASE_WEIGHT : ok + bad + PRIOR_OK + PRIOR_BAD;
    }

    /**
     * Returns the estimated success rate.
     *
     * @param pending expected failures among the requests in flight
     */
    double estimate(double pending) {
        return changed ? (freshOk + BASE_WEIGHT * base()) / (n() + pending) : base();
    }

    /** Returns the current failure share, which is used to judge requests in flight. */
    double failing() {
        return (freshBad + 1) / (freshOk + freshBad + 2);
    }

    /**
     * Applies the result of a request that began at {@code start}.
     *
     * @param threshold threshold of the CUSUM
     * @param halfLife half-life of fresh evidence, seconds
     * @return true if a change was detected
     */
    boolean take(boolean good, double start, double now, double threshold, double halfLife) {
        if (changed) {
            fresh(good, start, now, halfLife);
            return false;
        }
        if (start < well) {
            return false;
        }
        remember(good, MEMORY);
        return watch(good, start, threshold);
    }

    /**
     * Adds a past result to the baseline alone. All past results count equally, because the last
     * few hundred requests may be those of an outage.
     */
    void learn(boolean good) {
        remember(good, Double.POSITIVE_INFINITY);
    }

    private void remember(boolean good, double memory) {
        double kept = Math.min(1, memory / Math.max(1, ok + bad));
        ok = ok * kept + (good ? 1 : 0);
        bad = bad * kept + (good ? 0 : 1);
    }

    /**
     * Adds a result to the fresh estimate. Its weight decays from the start of the request, because
     * requests that began long ago reveal a hang.
     */
    private void fresh(boolean good, double start, double now, double halfLife) {
        if (start < since) {
            return;
        }
        double weight = Math.pow(.5, (now - start) / halfLife);
        freshOk += good ? weight : 0;
        freshBad += good ? 0 : weight;
        double n = freshOk + freshBad;
        double base = base();
        if (n >= BACK && freshOk / n >= base - Math.sqrt(base * (1 - base) / n)) {
            changed = false;
            well = now;
            ok += freshOk;
            bad += freshBad;
            cusum.reset();
        }
    }

    private boolean watch(boolean good, double start, double threshold) {
        if (cusum.sum <= 0) {
            sumSince = start;
            sumOk = 0;
            sumBad = 0;
        }
        cusum.add(Cusum.bernoulli(good, Math.min(1 - MIN_FAILURE, base()), 1 - FAULT));
        sumOk += good ? 1 : 0;
        sumBad += good ? 0 : 1;
        if (cusum.sum <= threshold) {
            return false;
        }
        change(sumSince, sumOk, sumBad);
        return true;
    }

    /** Starts a change at a time. Results since that time are removed from the baseline. */
    void change(double at, double okSince, double badSince) {
        changed = true;
        hanging = false;
        since = at;
        freshOk = okSince;
        freshBad = badSince;
        ok = Math.max(0, ok - okSince);
        bad = Math.max(0, bad - badSince);
        cusum.reset();
    }

    void fade(double seconds, double baseHalfLife, double halfLife) {
        double kept = Math.pow(.5, seconds / baseHalfLife);
        ok *= kept;
        bad *= kept;
        if (changed) {
            double fresh = Math.pow(.5, seconds / halfLife);
            freshOk *= fresh;
            freshBad *= fresh;
        }
    }
}
