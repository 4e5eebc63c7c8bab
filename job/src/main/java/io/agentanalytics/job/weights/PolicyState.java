package io.agentanalytics.job.weights;

import java.util.Map;
import java.util.TreeMap;

/** State of the policy for the providers of a scope. */
public final class PolicyState {
    /** Average time between two changes of a provider, in seconds. */
    private static final double BETWEEN_CHANGES = 1800;

    private static final double MINUTE_SECONDS = 60;
    private static final double DAY_SECONDS = 86_400;

    public Map<String, ProviderState> providers = new TreeMap<>();

    public RequestRate pace = new RequestRate();

    /** Requests per second at the last decision. */
    public double rate = 1;

    /** Highest rate of a whole minute; halves every day. */
    public double peakRate;

    /** Time of the last decision, in epoch seconds. */
    public double decided;

    /** Value of a request under the shares of the last decision. */
    public double reference;

    /** True if an event requires a decision before the next tick. */
    public boolean urgent;

    /** Updates the rates for a decision. */
    void measure(double now) {
        rate = pace.perSecond(now);
        double past = peakRate * Math.pow(.5, Math.max(0, now - decided) / DAY_SECONDS);
        peakRate = Math.max(past, pace.lastMinute(now) / MINUTE_SECONDS);
        decided = now;
    }

    /** Returns the rate that must be expected before the next decision, also after a pause. */
    double expectedRate() {
        return Math.max(rate, peakRate);
    }

    /** Returns the minimum log-likelihood ratio at which detectors report a change. */
    double threshold() {
        return Math.log(2 + BETWEEN_CHANGES * rate);
    }
}
