package io.agentanalytics.contract;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Price of a call, with an explanation.
 *
 * @param provider provider as requested
 * @param canonicalProvider provider used for the lookup
 * @param model model as requested
 * @param canonicalModel name in the book, or the last name that the rules produced
 * @param row row that prices the call; null if the model is not in the book
 * @param rules rules that led from the requested name to the canonical name, in order
 * @param serviceTier tier of the prices: standard, or a tier of the row
 * @param aboveInputTokens threshold that the input exceeds
 * @param regional true if the name denotes an endpoint in one region
 * @param usdPerMillion prices, including the factors of tier and region
 * @param costUsd cost of the given tokens; null without tokens
 * @param note assumption, such as the standard rate for a tier without a price
 * @param nearest similar names in the book if the model is not in it
 */
@RecordBuilder
public record PriceQuote(
        String provider,
        String canonicalProvider,
        String model,
        String canonicalModel,
        @Nullable BookRow row,
        List<PricingStep> rules,
        String serviceTier,
        @Nullable Long aboveInputTokens,
        boolean regional,
        Price.@Nullable Amounts usdPerMillion,
        @Nullable BigDecimal costUsd,
        @Nullable String note,
        List<String> nearest) {

    /**
     * A row of the book.
     *
     * @param effectiveFrom start of validity; null if unbounded
     * @param source origin of the prices
     * @param asOf date at which the source was read
     */
    public record BookRow(
            String model,
            @Nullable String provider,
            @Nullable Instant effectiveFrom,
            @Nullable String source,
            @Nullable Instant asOf) {}

    /** A model-name rule that was applied. */
    public record PricingStep(String rule, String why, String from, String to) {}
}
