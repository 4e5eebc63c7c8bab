package io.agentanalytics.job.statistics;

/**
 * Share of hits among observations whose weights decay geometrically, so that it follows slow
 * drift. Kept in state.
 */
public class DecayedRate {
    /** Decay factor per observation: the half-life is 138 observations. */
    private static final double KEPT = 0.995;

    public double hits;
    public double n;

    /** Required by Flink. */
    public DecayedRate() {}

    /** Creates a rate with prior observations. */
    public DecayedRate(double hits, double n) {
        this.hits = hits;
        this.n = n;
    }

    public void add(boolean hit) {
        hits = hits * KEPT + (hit ? 1 : 0);
        n = n * KEPT + 1;
    }

    /** Replaces a recent observation. */
    public void replace(boolean wrong, boolean right) {
        hits = Math.min(n, Math.max(0, hits + (right ? 1 : 0) - (wrong ? 1 : 0)));
    }

    public double rate() {
        return hits / n;
    }

    /**
     * Returns the standard error of a rate over these observations, by the normal approximation to
     * the binomial distribution.
     *
     * @param rate a rate within bounds, such as {@link #rate()}
     */
    public double error(double rate) {
        return Math.sqrt(rate * (1 - rate) / n);
    }
}
