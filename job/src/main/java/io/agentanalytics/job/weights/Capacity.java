package io.agentanalytics.job.weights;

/**
 * Capacity of a provider in requests per second, learned from refused requests: the rate that the
 * provider accepted in the meantime, from all clients. A further refusal sets the limit to the rate
 * accepted at that time, so cuts without effect do not accumulate. Without refusals the limit rises
 * to the accepted rate, grows, slowly at first, and expires after four minutes (below {@value
 * #BUSY} requests per second, after 300 requests or twenty minutes). All times are in seconds.
 */
public final class Capacity {
    /**
     * Fraction of the limit that routers may use. Requests arrive irregularly and need the rest.
     */
    private static final double PRUDENCE = 0.9;

    /** Minimum number of refusals that set a limit; one is enough to confirm a known limit. */
    private static final int REFUSALS = 2;

    private static final double RATIO = 0.01;

    /** Length of the window: older requests say little about the rate that is accepted now. */
    private static final double WINDOW = 60;

    private static final double FORGOTTEN = 240;

    /** Minimum duration of a new measurement of a known limit: a few requests are not a rate. */
    private static final double LEAST_MEASURED = 4;

    /**
     * Request rate below which all durations are longer, because each probe of a limit costs some
     * refused requests.
     */
    private static final double BUSY = 1.25;

    private static final double SLOWEST = 5;

    /** Exponent of the growth: after half the time the limit has grown by 1/32 of all traffic. */
    private static final double POWER = 5;

    /**
     * Minimum delay after a cut for a request to count: earlier ones were on their way before it.
     */
    private static final double ON_ITS_WAY = 1;

    /** Requests per second accepted at the last refusal; negative if no limit is known. */
    public double accepted = -1;

    /**
     * Number of requests accepted since {@code since}, with decay; {@code refused} counts the
     * refused ones.
     */
    public double taken;

    public double refused;
    public double since = Double.NEGATIVE_INFINITY;
    public double cutAt = Double.NEGATIVE_INFINITY;
    public boolean binding;

    boolean isKnown() {
        return accepted >= 0;
    }

    /**
     * Returns the capacity in requests per second.
     *
     * @param rate requests per second of all providers
     */
    double limit(double now, double rate) {
        double passed = (now - cutAt) / (FORGOTTEN * slowness(rate));
        return accepted + rate * Math.pow(passed, POWER);
    }

    private static double slowness(double rate) {
        return Math.max(1, Math.min(SLOWEST, BUSY / rate));
    }

    /**
     * Returns the maximum that routers may send, as a share of the {@code rate} of all providers.
     */
    double share(double now, double rate) {
        return isKnown() ? PRUDENCE * limit(now, rate) / rate : 1;
    }

    /**
     * Counts a request as accepted: at its start, until it is refused, or at its end if its start
     * was not reported.
     */
    void accepted(double time) {
        if (time >= cutAt + ON_ITS_WAY) {
            since = since == Double.NEGATIVE_INFINITY ? time : since;
            taken++;
        }
    }

    /**
     * Applies a refusal. Returns true if a limit must be learned at once.
     *
     * @param counted true if the start of the request was counted as accepted
     */
    boolean refused(double start, boolean counted) {
        if (start >= cutAt + ON_ITS_WAY) {
            taken = counted ? Math.max(0, taken - 1) : taken;
            refused++;
        }
        return !isKnown() && isExceeded();
    }

    private boolean isExceeded() {
        return refused >= (isKnown() ? 1 : REFUSALS) && refused > RATIO * (taken + refused);
    }

    /**
     * @param rate requests per second of all providers
     */
    void tick(double now, double rate) {
        double window = WINDOW * slowness(rate);
        double span = Math.max(1, now - since);
        double measured = taken / span;
        if (isExceeded() && (!isKnown() || span >= LEAST_MEASURED)) {
            // The accepted rate may include a burst within the quota: rise by half of the
            // difference.
            accepted = isKnown() ? Math.min(measured, (accepted + measured) / 2) : measured;
            cutAt = now;
            taken = 0;
            refused = 0;
            since = now + ON_ITS_WAY;
            return;
        }
        if (span > window) {
            taken *= window / span;
            refused *= window / span;
            since = now - window;
        }
        if (now - cutAt > FORGOTTEN * slowness(rate)) {
            accepted = -1;
        } else if (span >= window) {
            accepted = Math.max(accepted, measured);
        }
    }
}
