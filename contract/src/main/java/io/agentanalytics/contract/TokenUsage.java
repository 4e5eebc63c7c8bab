package io.agentanalytics.contract;

import java.util.Comparator;
import java.util.function.ToLongFunction;

/**
 * Tokens of a call or a task by kind; absent counts are {@link TaskEvent#ABSENT}. Cached input and
 * cache writes are part of the input, reasoning of the output (OpenTelemetry GenAI).
 */
public record TokenUsage(long input, long cachedInput, long cacheWrite, long output, long reasoning)
        implements Comparable<TokenUsage> {
    public static final TokenUsage ABSENT = of(kind -> TaskEvent.ABSENT);

    private static final Comparator<TokenUsage> BY_KIND =
            TokenKind.all().stream()
                    .map(kind -> Comparator.<TokenUsage>comparingLong(u -> u.get(kind)))
                    .reduce(Comparator::thenComparing)
                    .orElseThrow();

    /** Creates the usage from a function that returns the count of each kind. */
    public static TokenUsage of(ToLongFunction<TokenKind> count) {
        return new TokenUsage(
                count.applyAsLong(TokenKind.INPUT),
                count.applyAsLong(TokenKind.CACHED_INPUT),
                count.applyAsLong(TokenKind.CACHE_WRITE),
                count.applyAsLong(TokenKind.OUTPUT),
                count.applyAsLong(TokenKind.REASONING));
    }

    public long get(TokenKind kind) {
        return switch (kind) {
            case INPUT -> input;
            case CACHED_INPUT -> cachedInput;
            case CACHE_WRITE -> cacheWrite;
            case OUTPUT -> output;
            case REASONING -> reasoning;
        };
    }

    /** Returns this usage with another count of one kind. */
    public TokenUsage with(TokenKind kind, long count) {
        return of(k -> k == kind ? count : get(k));
    }

    /** Returns true if input or output are known. */
    public boolean isKnown() {
        return input >= 0 || output >= 0;
    }

    /** Compares the counts in the order of the kinds. */
    @Override
    public int compareTo(TokenUsage other) {
        return BY_KIND.compare(this, other);
    }
}
