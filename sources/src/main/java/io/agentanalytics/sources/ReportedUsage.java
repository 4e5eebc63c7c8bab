package io.agentanalytics.sources;

import io.agentanalytics.contract.EventRules;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.contract.TokenUsage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/** Token counts as a client reports them; absent counts are {@link TaskEvent#ABSENT}. */
record ReportedUsage(
        long input,
        long cached,
        long written,
        long output,
        long reasoning,
        boolean isCachedApart,
        boolean isReasoningApart) {
    private static final BigDecimal MAX = BigDecimal.valueOf(1_000_000_000_000L);
    private static final BigDecimal MAX_EPOCH_SECONDS = BigDecimal.valueOf(9_000_000_000L);
    private static final int MAX_DIGITS = 40;

    /**
     * Returns the counts of texts, which are empty if absent.
     *
     * @throws InvalidEventException if one is not a count
     */
    static ReportedUsage of(
            String input, String cached, String written, String output, String reasoning)
            throws InvalidEventException {
        return new ReportedUsage(
                tokens(TokenKind.INPUT.field(), input),
                tokens(TokenKind.CACHED_INPUT.field(), cached),
                tokens(TokenKind.CACHE_WRITE.field(), written),
                tokens(TokenKind.OUTPUT.field(), output),
                tokens(TokenKind.REASONING.field(), reasoning),
                false,
                false);
    }

    /** Returns this usage of a client whose input leaves out cached and written tokens. */
    ReportedUsage cachedApart(boolean apart) {
        return new ReportedUsage(
                input, cached, written, output, reasoning, apart, isReasoningApart);
    }

    /** Returns this usage of a client whose output leaves out reasoning tokens. */
    ReportedUsage reasoningApart(boolean apart) {
        return new ReportedUsage(input, cached, written, output, reasoning, isCachedApart, apart);
    }

    /**
     * Returns this usage with the written tokens added to an input that includes only the cached
     * ones.
     */
    ReportedUsage withWrittenInInput() {
        boolean isMissing =
                cached >= 0 && input >= cached && written > 0 && input < cached + written;
        return isMissing ? plusInput(written) : this;
    }

    /** Returns this usage with the output that a larger total shows. */
    ReportedUsage withRestOf(long total) {
        boolean isMissing = input >= 0 && output >= 0 && total - input > output;
        return isMissing
                ? new ReportedUsage(
                        input,
                        cached,
                        written,
                        total - input,
                        reasoning,
                        isCachedApart,
                        isReasoningApart)
                : this;
    }

    /** Returns the total of a usage whose input leaves out cached and written tokens. */
    long sumOfParts() {
        return Math.max(0, input) + cachedAndWritten() + Math.max(0, output);
    }

    private long cachedAndWritten() {
        return Math.max(0, cached) + Math.max(0, written);
    }

    /** Returns this usage with more input. */
    ReportedUsage plusInput(long more) {
        return new ReportedUsage(
                input + more, cached, written, output, reasoning, isCachedApart, isReasoningApart);
    }

    /**
     * Returns the tokens; their input includes cached and written tokens, and their output includes
     * reasoning. A reported input that is smaller than its parts does not include them.
     */
    TokenUsage tokens() {
        long parts = cachedAndWritten();
        boolean add = input >= 0 && (isCachedApart || input < parts);
        return new TokenUsage(
                add ? input + parts : input,
                cached,
                written,
                isReasoningApart && output >= 0 ? output + Math.max(0, reasoning) : output,
                reasoning);
    }

    /**
     * Returns the tokens of a call that succeeded. It read something: clients write 0 for a usage
     * that they do not have.
     */
    TokenUsage tokensOfSuccess() {
        TokenUsage tokens = tokens();
        return tokens.input() == 0 && tokens.output() == 0 ? TokenUsage.ABSENT : tokens;
    }

    /**
     * Returns a count of tokens, which some clients send as text.
     *
     * @param field its name in the error
     * @throws InvalidEventException if it is not a whole number of tokens
     */
    static long tokens(String field, String text) throws InvalidEventException {
        if (isUnknown(text)) {
            return TaskEvent.ABSENT;
        }
        BigDecimal value = inRange(field, text, MAX);
        if (value.stripTrailingZeros().scale() > 0) {
            throw new InvalidEventException(
                    RejectCode.WRONG_TYPE,
                    "%s is %s; send a whole number of tokens.".formatted(field, value));
        }
        return value.longValue();
    }

    /** Returns true for an absent number, and for NaN: some SDKs report it for one they lack. */
    private static boolean isUnknown(String text) {
        return text.isBlank() || text.strip().equals("NaN");
    }

    /** Returns a number, such as one of dollars or tokens; the error quotes no text. */
    private static BigDecimal inRange(String field, String text, BigDecimal max)
            throws InvalidEventException {
        BigDecimal value = decimal(text);
        if (value == null) {
            throw new InvalidEventException(
                    RejectCode.WRONG_TYPE,
                    field + " is not a number; send a number, or leave it out.");
        }
        if (value.signum() < 0 || value.compareTo(max) > 0) {
            throw new InvalidEventException(
                    RejectCode.OUT_OF_RANGE,
                    "%s is %s; send a number between 0 and %s, or leave it out."
                            .formatted(field, value, max));
        }
        return value;
    }

    /** Returns a number, which some clients send as text; anything else is absent. */
    static long number(String text) {
        BigDecimal value = decimal(text);
        return value == null || value.signum() < 0 || value.compareTo(MAX) > 0
                ? TaskEvent.ABSENT
                : value.setScale(0, RoundingMode.HALF_UP).longValue();
    }

    /**
     * Returns a cost in dollars as nano-dollars.
     *
     * @throws InvalidEventException if it is no cost
     */
    static long nanoDollars(String text) throws InvalidEventException {
        return isUnknown(text)
                ? TaskEvent.ABSENT
                : inRange("cost_usd", text, BigDecimal.valueOf(EventRules.MAX_COST_USD))
                        .movePointRight(9)
                        .setScale(0, RoundingMode.HALF_EVEN)
                        .longValue();
    }

    /** Returns a duration in milliseconds; absent if it is not valid. */
    static long millis(String text) {
        return duration(number(text));
    }

    /** Returns a duration; absent if it is longer than that of an event may be. */
    static long duration(long millis) {
        return millis > EventRules.MAX_DURATION_MILLIS ? TaskEvent.ABSENT : millis;
    }

    /** Returns seconds as milliseconds. */
    static long millisOfSeconds(String text) {
        BigDecimal value = decimal(text);
        return value == null ? TaskEvent.ABSENT : millis(value.movePointRight(3).toPlainString());
    }

    /** Returns a time in seconds since 1970 as nanoseconds; 0 if it is absent. */
    static long nanosOfEpochSeconds(String text) {
        BigDecimal value = decimal(text);
        return value == null || value.signum() < 0 || value.compareTo(MAX_EPOCH_SECONDS) > 0
                ? 0
                : value.movePointRight(9).longValue();
    }

    private static @Nullable BigDecimal decimal(String text) {
        if (text.isEmpty() || text.length() > MAX_DIGITS) {
            return null;
        }
        try {
            BigDecimal value = new BigDecimal(text.strip());
            // A huge exponent would make arithmetic arbitrarily slow.
            return Math.abs((long) value.scale()) > MAX_DIGITS ? null : value;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
