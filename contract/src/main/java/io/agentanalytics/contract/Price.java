package io.agentanalytics.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Prices per token, in picodollars (1 USD per million tokens is 1,000,000 picodollars per token).
 * {@code input} is the price of tokens that were neither read from the cache nor written to it.
 *
 * <p>No price exceeds 1000 USD per million tokens, even with factors, so that the cost of the
 * largest valid event, of six billion tokens, does not overflow.
 */
public record Price(long input, long cachedInput, long cacheWrite, long cacheWrite1h, long output) {
    private static final BigDecimal PICOS_PER_USD_PER_MILLION = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal MAX_USD = BigDecimal.valueOf(1000);

    /** Prices in dollars per million tokens; absent cache prices default to the input price. */
    public record Amounts(
            BigDecimal input,
            @Nullable BigDecimal cachedInput,
            @Nullable BigDecimal cacheWrite,
            @JsonProperty("cache_write_1h") @Nullable BigDecimal cacheWrite1h,
            BigDecimal output) {}

    static Price of(@Nullable Amounts a) {
        if (a == null || a.input() == null || a.output() == null) {
            throw new IllegalArgumentException("usd_per_million needs input and output.");
        }
        BigDecimal write = orElse(a.cacheWrite(), a.input());
        return new Price(
                picos(a.input()),
                picos(orElse(a.cachedInput(), a.input())),
                picos(write),
                picos(orElse(a.cacheWrite1h(), write)),
                picos(a.output()));
    }

    private static BigDecimal orElse(@Nullable BigDecimal given, BigDecimal otherwise) {
        return given == null ? otherwise : given;
    }

    private static long picos(BigDecimal usdPerMillion) {
        return picos(usdPerMillion, usdPerMillion.toString());
    }

    private static long picos(BigDecimal usdPerMillion, String shown) {
        if (usdPerMillion.signum() < 0 || usdPerMillion.compareTo(MAX_USD) > 0) {
            throw new IllegalArgumentException(
                    shown + " is not a price between 0 and 1000 USD per million tokens.");
        }
        BigDecimal picos = usdPerMillion.multiply(PICOS_PER_USD_PER_MILLION);
        if (picos.stripTrailingZeros().scale() > 0) {
            throw new IllegalArgumentException(
                    shown + " has more than six decimals; round it to six.");
        }
        return picos.longValueExact();
    }

    /**
     * Returns the prices multiplied by a factor.
     *
     * @throws IllegalArgumentException if a product is no price
     */
    Price times(BigDecimal factor) {
        return new Price(
                times(input, factor),
                times(cachedInput, factor),
                times(cacheWrite, factor),
                times(cacheWrite1h, factor),
                times(output, factor));
    }

    private static long times(long picos, BigDecimal factor) {
        BigDecimal price = usd(picos);
        return picos(price.multiply(factor), "%s times %s".formatted(price, factor));
    }

    /** Returns the prices in dollars per million tokens. */
    public Amounts usdPerMillion() {
        return new Amounts(
                usd(input), usd(cachedInput), usd(cacheWrite), usd(cacheWrite1h), usd(output));
    }

    private static BigDecimal usd(long picos) {
        BigDecimal usd = BigDecimal.valueOf(picos, 6).stripTrailingZeros();
        return usd.scale() < 0 ? usd.setScale(0) : usd;
    }

    /**
     * Returns the cost of a request in nano-dollars, rounded half-even once at the end. Parts that
     * exceed their whole never make another part negative.
     *
     * @param cacheWriteTokens all tokens that were written to the cache
     * @param cacheWrite1hTokens cache-write tokens that are cached for one hour
     */
    public long costNanos(
            long inputTokens,
            long cachedTokens,
            long cacheWriteTokens,
            long cacheWrite1hTokens,
            long outputTokens) {
        long cached = Math.max(0, cachedTokens);
        long hour = Math.max(0, cacheWrite1hTokens);
        long written = Math.max(hour, cacheWriteTokens);
        long fresh = Math.max(0, inputTokens - cached - written);
        long picos =
                fresh * input
                        + cached * cachedInput
                        + (written - hour) * cacheWrite
                        + hour * cacheWrite1h
                        + Math.max(0, outputTokens) * output;
        return halfEvenThousandth(picos);
    }

    private static long halfEvenThousandth(long picos) {
        long whole = picos / 1000;
        long rest = picos % 1000;
        boolean up = rest > 500 || (rest == 500 && (whole & 1) == 1);
        return up ? whole + 1 : whole;
    }
}
