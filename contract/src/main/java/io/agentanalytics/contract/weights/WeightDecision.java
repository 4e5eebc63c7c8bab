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
 * The whole decision for a scope, as routers follow it; topic {@code provider-weights}.
 *
 * @param version grows with every decision of the scope; older ones are to be ignored
 * @param validUntil from then on routers should no longer go by it
 * @param prices what failures, successes and seconds were counted as
 * @param weights shares by provider, each 0 to 1, together 1
 * @param unnamed share to try a provider with that weights do not name; 0 where the policy names
 *     the only ones that may get something
 * @param providers what is known of each, and why it has its share
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
     * How a provider stands. Shares follow from {@code valueUsd}, {@code uncertaintyUsd} and {@code
     * limit} alone, as docs/weights.md says.
     *
     * @param since when it came into this state
     * @param requestsPerSecond what it really got in the last minute, of those who follow the
     *     weights and those who do not
     * @param n requests that its success rests on; recent ones count more
     * @param success estimated chance that the next request succeeds, but for what is not its
     *     doing; includes what is usual and what is to be expected of requests in flight
     * @param latencyMs what a request that succeeds takes
     * @param costUsd bill of a request that succeeds, in dollars
     * @param costPerSuccessUsd bill, waiting and failures, for one success, in dollars
     * @param valueUsd what a request is expected to bring: successes less bill, waiting, failures
     * @param uncertaintyUsd standard deviation of the value, as shares are made with it
     * @param limit the most it may get, 0 to 1: its capacity, a maximum share, caution with the new
     * @param cap requests a second that it takes at most; null if none is known
     * @param reason why it has its share, in words
     * @param recent what its calls came to lately, as counted; the reason speaks of these. Null in
     *     records of older versions
     * @param worseThanUsual whether it is, by failures, seconds or bill
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
     * A provider's calls of a span that ends with the decision.
     *
     * @param seconds the span's length
     * @param calls that ended in it, however they did
     * @param failed by its own doing: 5xx, lost connections, time-outs, three minutes in flight
     * @param refused for their rate (429)
     * @param success share that succeeded; null without calls
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

    /** Reads a record of the topic; unknown fields are passed over. */
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
                    "A decision has scope, version, produced_at, valid_until and weights of 0 to 1.");
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
