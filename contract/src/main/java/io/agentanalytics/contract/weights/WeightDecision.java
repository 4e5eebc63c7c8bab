package io.agentanalytics.contract.weights;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.agentanalytics.contract.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole decision for a scope, as routers follow it; topic {@code provider-weights}.
 *
 * @param version grows with every decision of the scope; older ones are to be ignored
 * @param validUntil from then on routers should no longer go by it
 * @param mode {@code live}, {@code recommend} or {@code freeze}
 * @param weights shares by provider, each 0 to 1, together 1
 * @param providers what is known of each, and why it has its share
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WeightDecision(
        String scope,
        long version,
        Instant producedAt,
        Instant validUntil,
        String mode,
        Map<String, Double> weights,
        Map<String, Standing> providers) {

    /**
     * How a provider stands.
     *
     * @param state {@code closed} (well), {@code ramping}, {@code open} (gets nothing), {@code
     *     half_open} (is probed), {@code capped}, {@code pinned} or {@code excluded}
     * @param since when it came into this state
     * @param n requests that its success rests on; recent ones count more
     * @param success estimated share of requests that succeed, but for what is not its doing
     * @param latencyMs what a request takes, those in flight included
     * @param costUsd bill of a request that succeeds, in dollars
     * @param costPerSuccessUsd bill, waiting and failures, for one success, in dollars
     * @param cap requests a second that it takes at most; null if none is known
     * @param reason why it has its share, in words
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Standing(
            String state,
            Instant since,
            double n,
            double success,
            double latencyMs,
            double costUsd,
            double costPerSuccessUsd,
            @Nullable Double cap,
            String reason) {}

    /** Reads a record of the topic; unknown fields are passed over. */
    public static WeightDecision decode(byte[] json) throws IOException {
        WeightDecision decision = Json.mapper().readValue(json, WeightDecision.class);
        if (decision == null || decision.scope() == null || decision.weights() == null) {
            throw new IOException("A decision has scope, version, valid_until and weights.");
        }
        return decision;
    }
}
