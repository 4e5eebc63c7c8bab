package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentanalytics.contract.Json;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Complete decision for a scope, as routers follow it; topic {@code provider-weights}.
 *
 * @param version number that increases with every decision of the scope; older versions are to be
 *     ignored
 * @param validUntil time after which routers should no longer follow the decision
 * @param prices values of successes, failures and seconds on which the decision is based
 * @param weights shares by provider, each from 0 to 1, with a sum of 1
 * @param unnamed share for trying a provider that has no weight; 0 if the policy lists the only
 *     providers that may get traffic
 * @param providers standing of each provider, with the reason for its share
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
public record WeightDecision(
        String scope,
        long version,
        Instant producedAt,
        Instant validUntil,
        RoutingMode mode,
        RequestPrices prices,
        Map<String, Double> weights,
        double unnamed,
        Map<String, Standing> providers) {
    private static final Instant YEAR_2000 = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant YEAR_9999 = Instant.parse("9999-01-01T00:00:00Z");

    /**
     * Standing of a provider. Shares are computed from {@code valueUsd}, {@code uncertaintyUsd} and
     * {@code limit} alone, as described in docs/weights.md.
     *
     * @param since time at which the provider entered this state
     * @param requestsPerSecond actual request rate of the last minute, from agents that follow the
     *     weights and from agents that do not
     * @param n number of requests behind the success estimate; recent ones count more
     * @param success estimated probability that the next request succeeds, ignoring failures that
     *     the provider does not cause; includes the usual rate and the expected outcome of requests
     *     in flight
     * @param latencyMs duration of a successful request
     * @param costUsd bill of a successful request, in dollars
     * @param costPerSuccessUsd cost of bill, waiting and failures per success, in dollars
     * @param valueUsd expected value of a request: successes less bill, waiting and failures
     * @param uncertaintyUsd standard deviation of the value, as used to compute shares
     * @param limit maximum share, 0 to 1, from capacity, the policy's maximum share and caution
     *     with new providers
     * @param cap maximum number of requests per second that the provider accepts; null if unknown
     * @param reason reason for the share, in words
     * @param recent recent calls as counted, to which the reason refers. Null in records of older
     *     versions
     * @param worseThanUsual true if failures, seconds or bill are worse than usual
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RecordBuilder
    public record Standing(
            ProviderCondition state,
            Instant since,
            double requestsPerSecond,
            double n,
            double success,
            double latencyMs,
            double costUsd,
            double costPerSuccessUsd,
            double valueUsd,
            double uncertaintyUsd,
            double limit,
            @Nullable Double cap,
            String reason,
            @Nullable Recent recent,
            boolean worseThanUsual) {}

    /**
     * Calls to a provider in a period that ends with the decision.
     *
     * @param seconds length of the period
     * @param calls number of calls that ended in the period, with any outcome
     * @param failed number of calls that the provider failed: 5xx, lost connections, timeouts,
     *     three minutes in flight
     * @param refused number of calls rejected by a rate limit (429)
     * @param success share of calls that succeeded; null without calls
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Recent(
            int seconds,
            int calls,
            int succeeded,
            int failed,
            int refused,
            @Nullable Double success) {}

    /** Reads a record of the topic; ignores unknown fields. */
    public static WeightDecision decode(byte[] json) throws IOException {
        WeightDecision decision = Json.mapper().readValue(json, WeightDecision.class);
        if (decision == null
                || decision.scope() == null
                || decision.weights() == null
                || !isShare(decision.unnamed())
                || !decision.weights().values().stream().allMatch(WeightDecision::isShare)
                || !isSane(decision.producedAt())
                || !isSane(decision.validUntil())) {
            throw new IOException(
                    "A decision has scope, version, produced_at, valid_until and weights of 0 to"
                            + " 1.");
        }
        return decision;
    }

    private static boolean isShare(@Nullable Double weight) {
        return weight != null && weight >= 0 && weight <= 1;
    }

    private static boolean isSane(@Nullable Instant time) {
        return time != null && time.isAfter(YEAR_2000) && time.isBefore(YEAR_9999);
    }
}
