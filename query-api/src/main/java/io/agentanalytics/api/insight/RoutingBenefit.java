package io.agentanalytics.api.insight;

import io.agentanalytics.contract.weights.RequestPrices;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Benefit of the actual traffic distribution compared with equal shares.
 *
 * <p>Computed per minute: if every provider had received the same share, its requests would have
 * had the same results as the requests that it received. For a provider with few requests, its last
 * known figures are added with the weight of {@value #PRIOR} requests.
 *
 * @param requests number of requests made
 * @param failuresAvoided reduction in provider-caused failures compared with equal shares
 * @param usd gain in the net value of the requests: value of the successes minus the cost of the
 *     requests, of waiting and of failures
 */
public record RoutingBenefit(long requests, Interval failuresAvoided, Interval usd) {
    private static final double PRIOR = 5;

    /** After this time without requests, a provider is no longer counted as available. */
    private static final long FORGOTTEN_SECONDS = 3600;

    /**
     * Requests to a provider in one minute.
     *
     * @param failed number of failures that the provider caused
     * @param usd cost of all requests
     * @param timed number of requests with known duration
     */
    public record Minute(
            long second,
            String provider,
            long requests,
            long failed,
            double usd,
            long timed,
            double millis) {}

    /** Expected net value of a request to a provider, and the failure rate with its variance. */
    private record Rate(long second, double failed, double worth, double variance) {}

    /** Computes the benefit; returns null without requests. */
    public static @Nullable RoutingBenefit of(Collection<Minute> minutes, RequestPrices prices) {
        Map<String, Rate> known = new HashMap<>();
        double requests = 0;
        double avoided = 0;
        double variance = 0;
        double usd = 0;
        for (Map.Entry<Long, Map<String, Minute>> at : bySecond(minutes).entrySet()) {
            at.getValue().forEach((name, m) -> known.put(name, rate(m, known.get(name), prices)));
            known.values().removeIf(r -> r.second() < at.getKey() - FORGOTTEN_SECONDS);
            double n = at.getValue().values().stream().mapToLong(Minute::requests).sum();
            double even = n / known.size();
            requests += n;
            for (Map.Entry<String, Rate> provider : known.entrySet()) {
                Rate rate = provider.getValue();
                Minute made = at.getValue().get(provider.getKey());
                double moved = even - (made == null ? 0 : made.requests());
                avoided += moved * rate.failed();
                usd -= moved * rate.worth();
                variance += moved * moved * rate.variance();
            }
        }
        if (requests == 0) {
            return null;
        }
        double swing = prices.successUsd() + prices.failureUsd();
        return new RoutingBenefit(
                (long) requests,
                Interval.of(avoided, variance),
                Interval.of(usd, variance * swing * swing));
    }

    private static SortedMap<Long, Map<String, Minute>> bySecond(Collection<Minute> minutes) {
        SortedMap<Long, Map<String, Minute>> bySecond = new TreeMap<>();
        for (Minute m : minutes) {
            bySecond.computeIfAbsent(m.second(), s -> new HashMap<>()).put(m.provider(), m);
        }
        return bySecond;
    }

    private static Rate rate(Minute m, @Nullable Rate before, RequestPrices prices) {
        double prior = before == null ? 0 : PRIOR;
        double n = m.requests();
        double failed =
                (m.failed() + prior * (before == null ? 0 : before.failed()))
                        / Math.max(1, n + prior);
        double seconds = m.timed() == 0 ? 0 : m.millis() / m.timed() / 1000;
        double worth = worth(m, seconds, prices);
        double mixed = before == null ? worth : (n * worth + prior * before.worth()) / (n + prior);
        double p = Math.max(failed, 1 / (n + prior + 1));
        return new Rate(m.second(), failed, mixed, p * (1 - p) / Math.max(1, n + prior));
    }

    private static double worth(Minute m, double seconds, RequestPrices prices) {
        double succeeded = m.requests() - m.failed();
        if (succeeded == 0) {
            return m.failed() == 0 ? 0 : -prices.ofFailure();
        }
        return prices.worth(succeeded / m.requests(), m.usd() / succeeded, seconds);
    }
}
