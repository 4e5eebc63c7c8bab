package io.agentanalytics.job.weights;

/**
 * How many requests a second a provider takes, learned from those it refuses: cut at once, and let
 * grow slowly while it binds. Times in seconds.
 */
public final class Capacity {
    private static final double CUT = 0.8;
    private static final double GROWTH = 0.005;
    private static final double GROWTH_SECONDS = 5;
    private static final double WINDOW = 50;
    private static final int REFUSALS = 2;
    private static final double RATIO = 0.02;
    private static final double LEAST = 0.002;

    /** What began within a second after a cut was on its way before it. */
    private static final double ON_ITS_WAY = 1;

    /** A limit that did not bind for so long says nothing any more. */
    private static final double FORGOTTEN = 3600;

    /** Requests a second; negative if none is known. */
    public double limit = -1;

    public double taken;
    public double refused;
    public double cutAt = Double.NEGATIVE_INFINITY;
    public double boundAt = Double.NEGATIVE_INFINITY;
    public boolean binding;

    boolean isKnown() {
        return limit >= 0;
    }

    void started(double start) {
        if (start >= cutAt + ON_ITS_WAY) {
            taken++;
            halve();
        }
    }

    void refused(double start) {
        if (start >= cutAt + ON_ITS_WAY) {
            taken = Math.max(0, taken - 1);
            refused++;
            halve();
        }
    }

    private void halve() {
        if (taken + refused > WINDOW) {
            taken /= 2;
            refused /= 2;
        }
    }

    /**
     * @param rate requests a second that it got
     */
    void tick(double now, double seconds, double rate) {
        if (binding) {
            boundAt = now;
        }
        if (refused >= REFUSALS && refused > RATIO * (taken + refused)) {
            double first = CUT * rate * taken / (taken + refused);
            limit = Math.max(LEAST, isKnown() ? Math.min(first, CUT * limit) : first);
            cutAt = now;
            boundAt = now;
            taken = 0;
            refused = 0;
        } else if (binding) {
            limit *= Math.pow(1 + GROWTH, seconds / GROWTH_SECONDS);
        } else if (isKnown() && now - boundAt > FORGOTTEN) {
            limit = -1;
        }
    }
}
