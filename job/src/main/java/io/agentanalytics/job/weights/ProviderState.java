package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RequestPrices;
import org.jspecify.annotations.Nullable;

/** The estimates of a provider, and what a request to it is worth. Times in epoch seconds. */
public final class ProviderState {
    private static final double BASE_HALF_LIFE = 900;
    private static final double LEAST_HALF_LIFE = 30;
    private static final double LONGEST_HALF_LIFE = 600;
    private static final double HASTE = 0.5;

    /** Shares are made with so much of the standard deviation. */
    private static final double SHARPNESS = 0.5;

    private static final double LEAST_UNCERTAINTY = 1e-6;

    public SuccessEstimator evidence = new SuccessEstimator();
    public LogNormalEstimator latency = new LogNormalEstimator();
    public LogNormalEstimator cost = new LogNormalEstimator();
    public Capacity capacity = new Capacity();
    public AccessBlock block = new AccessBlock();
    public OutstandingRequests flights = new OutstandingRequests();
    public RecentCalls recent = new RecentCalls();

    /** Requests that it really gets; {@code rate} is what its share would make. */
    public RequestRate pace = new RequestRate();

    public double rate;
    public double ticked;
    public double lastSeen;

    /** When the first request of its present, not of its past, was told of. */
    public double presentSince = Double.POSITIVE_INFINITY;

    /** When a request was last told of at its start; without such, endings stand for them. */
    public double lastStart = Double.NEGATIVE_INFINITY;

    public double value;
    public double uncertainty;
    public double baseValue;
    public double success;
    public double share;
    public @Nullable ProviderCondition state;
    public double stateSince;

    /**
     * The half-life of fresh evidence: such that the tries of a provider that is still sick cost
     * about what is lost while one that is well again is not used.
     *
     * @param reference value of a request as traffic is shared now
     */
    double halfLife(double since, double now, double reference, double allRates) {
        double loss = Math.max(.01, reference - value);
        double gain = allRates * Math.max(1e-4, baseValue - reference);
        double best = HASTE * Math.sqrt(Math.max(5, now - since) * loss / gain);
        return Math.max(LEAST_HALF_LIFE, Math.min(LONGEST_HALF_LIFE, best));
    }

    void fade(double now, double seconds, double reference, double allRates) {
        evidence.fade(seconds, BASE_HALF_LIFE, halfLife(evidence.since, now, reference, allRates));
        latency.fade(seconds, BASE_HALF_LIFE, halfLife(latency.since, now, reference, allRates));
        cost.fade(seconds, BASE_HALF_LIFE, halfLife(cost.since, now, reference, allRates));
    }

    /**
     * Estimates what a request is worth.
     *
     * @param usualSeconds what a request of any provider takes, if this one's is not known
     * @param usualUsd the same for the bill
     */
    void assess(
            double now,
            double reference,
            double allRates,
            double usualSeconds,
            double usualUsd,
            RequestPrices prices) {
        double halfLife = halfLife(evidence.since, now, reference, allRates);
        double pending =
                evidence.changed
                        ? flights.pending(
                                now, evidence.since, evidence.failing(), latency, halfLife)
                        : 0;
        success = evidence.estimate(pending);
        double n = evidence.n() + pending;
        double seconds = latency.isKnown() ? latency.value() / 1000 : usualSeconds;
        double usd = cost.isKnown() ? cost.value() : usualUsd;
        value = prices.worth(success, usd, seconds);
        double swing = prices.ofSuccess(usd, seconds) + prices.ofFailure();
        double waiting = prices.secondUsd() * seconds;
        double variance =
                swing * swing * success * (1 - success) / (n + 1)
                        + success
                                * success
                                * (usd * usd * cost.uncertainty()
                                        + waiting * waiting * latency.uncertainty());
        uncertainty = LEAST_UNCERTAINTY + SHARPNESS * Math.sqrt(variance);
        double base = evidence.base();
        double baseSeconds = latency.isKnown() ? latency.base() / 1000 : usualSeconds;
        double baseUsd = cost.isKnown() ? cost.base() : usualUsd;
        baseValue = prices.worth(base, baseUsd, baseSeconds);
    }
}
