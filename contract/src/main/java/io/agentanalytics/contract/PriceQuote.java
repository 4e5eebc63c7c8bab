package io.agentanalytics.contract;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a call is priced, and why.
 *
 * @param provider as it was asked
 * @param canonicalProvider the provider that the price was looked up for
 * @param model as it was asked
 * @param canonicalModel the name in the book, or as far as the rules led
 * @param row the row that prices the call; null if the model is not in the book
 * @param rules what made the canonical name of the one that was asked, in this order
 * @param serviceTier what the prices are of: standard, or a tier that the row has
 * @param aboveInputTokens the threshold that the input exceeds
 * @param regional whether the name says that the endpoint is of one region
 * @param usdPerMillion the prices, with tier and region in them
 * @param costUsd of the tokens that were given; null without tokens
 * @param note what was assumed, such as the standard rate for a tier without a price
 * @param nearest names in the book that are like the model's, if it is not in there
 */
@RecordBuilder
public record PriceQuote(
        String provider,
        String canonicalProvider,
        String model,
        String canonicalModel,
        @Nullable Row row,
        List<Step> rules,
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
     * @param effectiveFrom null if it reaches back for ever
     * @param source where the prices are from
     * @param asOf when the source was read
     */
    public record Row(
            String model,
            @Nullable String provider,
            @Nullable Instant effectiveFrom,
            @Nullable String source,
            @Nullable Instant asOf) {}

    /** A rule of model names that was applied. */
    public record Step(String rule, String why, String from, String to) {}
}
