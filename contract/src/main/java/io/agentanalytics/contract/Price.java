package io.agentanalytics.contract;

/**
 * What one token costs, in picodollars (a dollar per million tokens is 1,000,000 picodollars a
 * token). Input here is what was neither read from the cache nor written to it.
 */
public record Price(long input, long cachedInput, long cacheWrite, long output) {

    /**
     * The cost of a request in nano-dollars, rounded half-even once, at the end. Parts that were
     * reported larger than their whole never make another part negative.
     */
    public long costNanos(
            long inputTokens, long cachedTokens, long cacheWriteTokens, long outputTokens) {
        long cached = Math.max(0, cachedTokens);
        long written = Math.max(0, cacheWriteTokens);
        long fresh = Math.max(0, inputTokens - cached - written);
        long picos =
                fresh * input
                        + cached * cachedInput
                        + written * cacheWrite
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
