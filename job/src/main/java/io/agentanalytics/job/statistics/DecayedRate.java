package io.agentanalytics.job.statistics;

/**
 * The share of hits among observations that fade geometrically, so that it follows slow drift. Kept
 * in state.
 */
public class DecayedRate {
    /** Half of an observation is left after 138 more. */
    private static final double KEPT = 0.995;

    public double hits;
    public double n;

    /** For Flink. */
    public DecayedRate() {}

    /** Begins as if there had been observations. */
    public DecayedRate(double hits, double n) {
        this.hits = hits;
        this.n = n;
    }

    public void add(boolean hit) {
        hits = hits * KEPT + (hit ? 1 : 0);
        n = n * KEPT + 1;
    }

    public double rate() {
        return hits / n;
    }

    /**
     * Standard error of a rate over these observations, by the normal approximation to the
     * binomial.
     *
     * @param rate a rate within bounds, such as {@link #rate()}
     */
    public double error(double rate) {
        return Math.sqrt(rate * (1 - rate) / n);
    }
}
