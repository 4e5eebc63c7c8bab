package io.agentanalytics.job.weights;

/**
 * How many requests a second a provider takes, learned from those that it refuses: as many as it
 * accepted meanwhile, whoever sent them. A refusal that follows sets the limit to what is accepted
 * then, so cuts that change nothing do not add up. Without refusals the limit rises to what is
 * accepted, grows, slowly at first, and is forgotten after four minutes (with less than {@value
 * #BUSY} requests a second, after 300 requests or twenty minutes). Times in seconds.
 */
public final class Capacity {
    /** Requests come irregularly, so routers leave some of the limit unused. */
    private static final double PRUDENCE = 0.9;

    /** One more refusal confirms a limit that is known already. */
    private static final int REFUSALS = 2;

    private static final double RATIO = 0.01;

    /** Requests of longer ago say little about what is accepted now. */
    private static final double WINDOW = 60;

    private static final double FORGOTTEN = 240;

    /** In less time a known limit is not measured anew: a handful of requests is no rate. */
    private static final double LEAST_MEASURED = 4;

    /**
     * With fewer requests a second all takes longer: finding a limit costs some that are refused.
     */
    private static final double BUSY = 1.25;

    private static final double SLOWEST = 5;

    /** Of the growth: after half the time a thirtieth of all traffic. */
    private static final double POWER = 5;

    /** What began within a second after a cut was on its way before it. */
    private static final double ON_ITS_WAY = 1;

    /** Requests a second that were accepted at the last refusal; negative if no limit is known. */
    public double accepted = -1;

    /** Requests accepted and refused since {@code since}; older ones fade. */
    public double taken;

    public double refused;
    public double since = Double.NEGATIVE_INFINITY;
    public double cutAt = Double.NEGATIVE_INFINITY;
    public boolean binding;

    boolean isKnown() {
        return accepted >= 0;
    }

    /**
     * The requests a second that it takes.
     *
     * @param rate requests a second of all providers
     */
    double limit(double now, double rate) {
        double passed = (now - cutAt) / (FORGOTTEN * slowness(rate));
        return accepted + rate * Math.pow(passed, POWER);
    }

    private static double slowness(double rate) {
        return Math.max(1, Math.min(SLOWEST, BUSY / rate));
    }

    /** The most that routers are to send, as a share of the {@code rate} of all providers. */
    double share(double now, double rate) {
        return isKnown() ? PRUDENCE * limit(now, rate) / rate : 1;
    }

    void started(double start) {
        if (start >= cutAt + ON_ITS_WAY) {
            since = since == Double.NEGATIVE_INFINITY ? start : since;
            taken++;
        }
    }

    /** Takes a refusal of a request that was started; whether a limit is to be learned at once. */
    boolean refused(double start) {
        if (start >= cutAt + ON_ITS_WAY) {
            taken = Math.max(0, taken - 1);
            refused++;
        }
        return !isKnown() && isExceeded();
    }

    private boolean isExceeded() {
        return refused >= (isKnown() ? 1 : REFUSALS) && refused > RATIO * (taken + refused);
    }

    /**
     * @param rate requests a second of all providers
     */
    void tick(double now, double rate) {
        double window = WINDOW * slowness(rate);
        double span = Math.max(1, now - since);
        double measured = taken / span;
        if (isExceeded() && (!isKnown() || span >= LEAST_MEASURED)) {
            // A burst that a quota allows was accepted, too: rise by half.
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
