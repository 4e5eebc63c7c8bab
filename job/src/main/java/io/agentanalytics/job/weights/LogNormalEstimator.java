package io.agentanalytics.job.weights;

import io.agentanalytics.job.statistics.Cusum;

/**
 * Estimator of a provider's latency or cost per request: mean and variance of the logarithm. After
 * a detected doubling, a fresh mean with decaying evidence is used, which is the baseline after a
 * day. All times are in seconds.
 */
public final class LogNormalEstimator {
    /** Logarithm of the shift that counts as a change: a factor of two. */
    private static final double SHIFT = Math.log(2);

    /**
     * Number of requests in the memory of the baseline, or the requests of {@code MEMORY_SECONDS}
     * if there are more.
     */
    private static final double MEMORY = 50;

    private static final double MEMORY_SECONDS = 20;
    private static final double BASE_WEIGHT = 1;
    private static final double BACK = 10;
    private static final int LEARNING = 5;
    private static final double FIRST_VARIANCE = 0.25;
    private static final double MIN_VARIANCE = 0.04;

    /** Time after which a change is the new baseline, such as another price. */
    private static final double LASTING = 86_400;

    /** Relative variance of a value without observations. */
    private static final double UNKNOWN = 0.7;

    public double mean;
    public double variance = FIRST_VARIANCE;
    public double n;
    public long seen;
    public boolean changed;
    public double since;
    public double freshMean;
    public double freshN;
    public Cusum cusum = new Cusum();
    public double sumN;
    public double sumOfValues;

    boolean isKnown() {
        return seen > 0;
    }

    boolean isLearned() {
        return seen >= LEARNING;
    }

    double logMean() {
        return changed ? (freshN * freshMean + BASE_WEIGHT * mean) / (freshN + BASE_WEIGHT) : mean;
    }

    /** Returns the mean of the values if they are lognormal. */
    double value() {
        return Math.exp(logMean() + variance / 2);
    }

    /** Returns the mean of the baseline values if they are lognormal. */
    double base() {
        return Math.exp(mean + variance / 2);
    }

    /** Returns the variance of the estimate, relative to its square. */
    double uncertainty() {
        return isKnown() ? variance / (changed ? freshN + BASE_WEIGHT : n + .3) : UNKNOWN;
    }

    /**
     * Adds the value of a request that began at {@code start}.
     *
     * @param rate requests per second of all providers
     * @return true if a change was detected
     */
    boolean take(double value, double start, double threshold, double rate) {
        double x = Math.log(value);
        if (isKnown() && changed) {
            fresh(x, start);
            return false;
        }
        if (isLearned() && watch(x, x - mean, start, threshold)) {
            return true;
        }
        learn(x, rate);
        return false;
    }

    /** Adds a value to the baseline alone; {@code x} is its logarithm. */
    private void learn(double x, double rate) {
        if (!isKnown()) {
            mean = x;
            n = 1;
            seen = 1;
            return;
        }
        double error = x - mean;
        seen++;
        n = Math.min(n + 1, Math.max(MEMORY, MEMORY_SECONDS * rate));
        mean += error / n;
        variance += Math.min(1 / n, .05) * (error * error - variance);
        variance = Math.max(MIN_VARIANCE, variance);
    }

    /** Adds an old value to the baseline. */
    void learn(double value) {
        learn(Math.log(value), 0);
    }

    private void fresh(double x, double start) {
        if (start < since) {
            return;
        }
        freshN++;
        freshMean += (x - freshMean) / Math.min(freshN, MEMORY);
        if (freshN >= BACK && Math.abs(freshMean - mean) < 2 * Math.sqrt(variance / BACK)) {
            changed = false;
        } else if (freshN >= MEMORY && start - since >= LASTING) {
            mean = freshMean;
            n = MEMORY;
            changed = false;
        }
    }

    private boolean watch(double x, double error, double start, double threshold) {
        double deviation = Math.sqrt(variance);
        cusum.add(Cusum.normal(error / deviation, SHIFT / deviation));
        sumN++;
        sumOfValues += x;
        if (cusum.sum > threshold) {
            changed = true;
            since = start;
            freshN = sumN;
            freshMean = sumOfValues / sumN;
        }
        if (changed || cusum.sum <= 0) {
            cusum.reset();
            sumN = 0;
            sumOfValues = 0;
        }
        return changed;
    }

    void fade(double seconds, double baseHalfLife, double halfLife) {
        n *= Math.pow(.5, seconds / baseHalfLife);
        if (changed) {
            freshN *= Math.pow(.5, seconds / halfLife);
        }
    }
}
