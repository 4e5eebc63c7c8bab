package io.agentanalytics.job.weights;

/**
 * How the success of a provider's requests is estimated: a long-run baseline, and after a change
 * was noticed a fresh estimate, whose evidence fades so that the provider is tried again. Times in
 * seconds.
 */
public final class SuccessEstimator {
    /** Failures during an outage are at least so frequent. */
    private static final double FAULT = 0.3;

    /** No provider is believed to fail less. */
    private static final double LEAST_FAILURE = 0.02;

    /** What a new provider is believed to have done. */
    private static final double PRIOR_OK = 19;

    private static final double PRIOR_BAD = 1;

    /** Requests that the baseline remembers. */
    private static final double MEMORY = 300;

    /** Requests that the baseline counts for within a fresh estimate. */
    private static final double BASE_WEIGHT = 1;

    /** So many requests as good as the baseline end the change. */
    private static final double BACK = 10;

    public double ok;
    public double bad;
    public boolean changed;
    public double since;
    public double freshOk;
    public double freshBad;

    /** Whether the change was seen in requests that wait for an answer. */
    public boolean hanging;

    /** The change ended then; what began before says nothing any more. */
    public double well = Double.NEGATIVE_INFINITY;

    /** CUSUM against the baseline, and what it is made of. */
    public double sum;

    public double sumSince;
    public double sumOk;
    public double sumBad;

    double base() {
        return (ok + PRIOR_OK) / (ok + bad + PRIOR_OK + PRIOR_BAD);
    }

    /** How many requests the estimate rests on. */
    double n() {
        return changed ? freshOk + freshBad + BASE_WEIGHT : ok + bad + PRIOR_OK + PRIOR_BAD;
    }

    /**
     * The estimated share of successes.
     *
     * @param pending failures to be expected among what is in flight
     */
    double estimate(double pending) {
        return changed ? (freshOk + BASE_WEIGHT * base()) / (n() + pending) : base();
    }

    /** The present share of failures, for judging what is in flight. */
    double failing() {
        return (freshBad + 1) / (freshOk + freshBad + 2);
    }

    /**
     * Takes the result of a request that began at {@code start}.
     *
     * @param threshold of the CUSUM
     * @param halfLife of fresh evidence, seconds
     * @return whether a change was noticed
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
     * Takes a result of the past into the baseline alone. All of the past counts: the last few
     * hundred requests before now may be those of an outage.
     */
    void learn(boolean good) {
        remember(good, Double.POSITIVE_INFINITY);
    }

    private void remember(boolean good, double memory) {
        double kept = Math.min(1, memory / Math.max(1, ok + bad));
        ok = ok * kept + (good ? 1 : 0);
        bad = bad * kept + (good ? 0 : 1);
    }

    /** Evidence is as old as the request's start: a hang is known by what began long ago. */
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
            sum = 0;
        }
    }

    private boolean watch(boolean good, double start, double threshold) {
        double base = Math.min(1 - LEAST_FAILURE, base());
        if (sum <= 0) {
            sum = 0;
            sumSince = start;
            sumOk = 0;
            sumBad = 0;
        }
        sum += good ? Math.log((1 - FAULT) / base) : Math.log(FAULT / (1 - base));
        sumOk += good ? 1 : 0;
        sumBad += good ? 0 : 1;
        if (sum <= threshold) {
            return false;
        }
        change(sumSince, sumOk, sumBad);
        return true;
    }

    /** Since then it is another: what came since is no part of the baseline. */
    void change(double at, double okSince, double badSince) {
        changed = true;
        hanging = false;
        since = at;
        freshOk = okSince;
        freshBad = badSince;
        ok = Math.max(0, ok - okSince);
        bad = Math.max(0, bad - badSince);
        sum = 0;
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
