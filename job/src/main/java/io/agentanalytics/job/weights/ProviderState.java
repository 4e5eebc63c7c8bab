package io.agentanalytics.job.weights;

import io.agentanalytics.contract.weights.ProviderCondition;
import io.agentanalytics.contract.weights.RequestPrices;
import org.jspecify.annotations.Nullable;

/** Estimates of a provider and the value of a request to it. All times are in epoch seconds. */
public final class ProviderState {
    private static final double BASE_HALF_LIFE = 900;
    private static final double LEAST_HALF_LIFE = 30;
    private static final double LONGEST_HALF_LIFE = 600;
    private static final double HASTE = 0.5;

    /** Fraction of the standard deviation that is used to compute shares. */
    private static final double SHARPNESS = 0.5;

    private static final double LEAST_UNCERTAINTY = 1e-6;

    /** Number of answers below which a provider is new. */
    private static final double NEW = 20;

    /** Time until a decision has an effect on the estimates: five seconds, and the requests. */
    private static final double ANSWER_SECONDS = 10;

    /** Success rate below which a provider is failing, even if its baseline is as low. */
    private static final double FAILING = 0.5;

    public SuccessEstimator evidence = new SuccessEstimator();
    public LogNormalEstimator latency = new LogNormalEstimator();
    public LogNormalEstimator cost = new LogNormalEstimator();
    public Capacity capacity = new Capacity();
    public AccessBlock block = new AccessBlock();
    public OutstandingRequests flights = new OutstandingRequests();
    public RecentCalls recent = new RecentCalls();
    public AttemptRates attemptRates = new AttemptRates();

    /** Actual request rate; {@code rate} is the rate that the share would give. */
    public RequestRate pace = new RequestRate();

    public double rate;
    public double ticked;
    public double lastSeen;

    /** Time of the first current request, as opposed to a past one. */
    public double presentSince = Double.POSITIVE_INFINITY;

    public double value;
    public double uncertainty;
    public double baseValue;
    public double success;
    public double share;
    public @Nullable ProviderCondition state;
    public double stateSince;

    /** Returns the number of answers that the estimates are based on, at least. */
    double answers() {
        return Math.max(latency.seen, evidence.ok + evidence.bad);
    }

    boolean isNew() {
        return answers() < NEW;
    }

    boolean isFailing() {
        return evidence.changed || success < FAILING;
    }

    /**
     * Returns the maximum share of a new provider beside one that works: with it, the provider gets
     * at most as many requests before the next answers as it has answered, and at least one.
     *
     * @param expectedRate requests per second of all providers
     */
    double justifiedShare(double expectedRate) {
        double next = expectedRate * ANSWER_SECONDS;
        return isNew() ? Math.min(1, Math.max(1, answers()) / Math.max(1, next)) : 1;
    }

    /**
     * Returns the half-life of fresh evidence. It balances the cost of probes of a provider that
     * still fails against the loss while a recovered provider is unused.
     *
     * @param reference value of a request under the current shares
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
     * Estimates the value of a request.
     *
     * @param usualSeconds latency of a request to any provider, used if this provider's is unknown
     * @param usualUsd cost of a request to any provider, used if this provider's is unknown
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
        double seconds = latency.isKnown() ? latency.value() / 1000 : usualSeconds;
        double usd = cost.isKnown() ? cost.value() : usualUsd;
        value = prices.worth(success, usd, seconds);
        double variance = variance(evidence.n() + pending, seconds, usd, prices);
        uncertainty = LEAST_UNCERTAINTY + SHARPNESS * Math.sqrt(variance);
        double baseSeconds = latency.isKnown() ? latency.base() / 1000 : usualSeconds;
        double baseUsd = cost.isKnown() ? cost.base() : usualUsd;
        baseValue = prices.worth(evidence.base(), baseUsd, baseSeconds);
    }

    /** Returns the variance of the value of a request, after {@code n} answers. */
    private double variance(double n, double seconds, double usd, RequestPrices prices) {
        double swing = prices.ofSuccess(usd, seconds) + prices.ofFailure();
        double waiting = prices.secondUsd() * seconds;
        return swing * swing * success * (1 - success) / (n + 1)
                + success
                        * success
                        * (usd * usd * cost.uncertainty()
                                + waiting * waiting * latency.uncertainty());
    }
}
