package io.agentanalytics.job.weights;

/**
 * How a provider's latency, or its bill for a request, is estimated: the mean and variance of the
 * logarithm, and after it doubled a fresh mean, whose evidence fades. Times in seconds.
 */
public final class LogNormalEstimator {
    /** The logarithm of what counts as a change: twice as much. */
    private static final double SHIFT = Math.log(2);

    /** Requests that the baseline remembers, or seconds where that is more. */
    private static final double MEMORY = 50;

    private static final double MEMORY_SECONDS = 20;
    private static final double BASE_WEIGHT = 1;
    private static final double BACK = 10;
    private static final int LEARNING = 5;
    private static final double FIRST_VARIANCE = 0.25;
    private static final double LEAST_VARIANCE = 0.04;

    /** Relative variance of a value that nothing is known of. */
    private static final double UNKNOWN = 0.7;

    public double mean;
    public double variance = FIRST_VARIANCE;
    public double n;
    public long seen;
    public boolean changed;
    public double since;
    public double freshMean;
    public double freshN;
    public double sum;
    public double sumN;
    public double sumOfValues;

    boolean isKnown() {
        return seen > 0;
    }

    boolean isLearned() {
        return seen >= LEARNING;
    }

    /** Mean of the logarithm. */
    double logMean() {
        return changed ? (freshN * freshMean + BASE_WEIGHT * mean) / (freshN + BASE_WEIGHT) : mean;
    }

    /** The mean of the values, if they are lognormal. */
    double value() {
        return Math.exp(logMean() + variance / 2);
    }

    /** The same of the baseline. */
    double base() {
        return Math.exp(mean + variance / 2);
    }

    /** Variance of the estimate, relative to its square. */
    double uncertainty() {
        return isKnown() ? variance / (changed ? freshN + BASE_WEIGHT : n + .3) : UNKNOWN;
    }

    /**
     * Takes a value of a request that began at {@code start}.
     *
     * @param rate requests a second of all providers
     * @return whether a change was noticed
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

    /** Takes a value into the baseline alone; {@code x} is its logarithm. */
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
        variance = Math.max(LEAST_VARIANCE, variance);
    }

    /** Takes a value of long ago into the baseline. */
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
        }
    }

    private boolean watch(double x, double error, double start, double threshold) {
        sum += SHIFT / variance * (error - SHIFT / 2);
        sumN++;
        sumOfValues += x;
        if (sum > threshold) {
            changed = true;
            since = start;
            freshN = sumN;
            freshMean = sumOfValues / sumN;
        }
        if (changed || sum <= 0) {
            sum = 0;
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
