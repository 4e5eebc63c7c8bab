package io.agentanalytics.contract;

import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Call of a model or of a tool, as the timeline row of its task keeps it. Absent values are as in
 * {@link TaskEvent}; times are epoch milliseconds, durations milliseconds, money nano-dollars.
 *
 * @param isTool true for a tool, which has a name instead of provider, model, tokens and cost
 * @param startMillis start; the end if the duration is unknown
 * @param isPriced true if the cost is a list price, false if it was billed
 * @param attempt 1, or one more than that of the failed call that this one repeats
 * @param toolTarget hash of what a tool worked on, as in {@link TaskEvent}; rows do not contain it
 */
@RecordBuilder
public record TimelineCall(
        String id,
        boolean isTool,
        long startMillis,
        long durationMillis,
        long timeToFirstTokenMillis,
        String provider,
        String model,
        String toolName,
        TokenUsage tokens,
        long costNanos,
        boolean isPriced,
        String errorType,
        String errorMessage,
        int attempt,
        String toolTarget) {

    /** Maximum length of an error message in characters; the rest is cut off. */
    public static final int LONGEST_MESSAGE = 200;

    /** Returns a builder in which every value is absent, for a first attempt. */
    public static TimelineCallBuilder of(String id) {
        return TimelineCallBuilder.builder()
                .id(id)
                .durationMillis(TaskEvent.ABSENT)
                .timeToFirstTokenMillis(TaskEvent.ABSENT)
                .provider("")
                .model("")
                .toolName("")
                .tokens(TokenUsage.ABSENT)
                .costNanos(TaskEvent.ABSENT)
                .errorType("")
                .errorMessage("")
                .attempt(1)
                .toolTarget("");
    }

    public boolean failed() {
        return !errorType.isEmpty();
    }

    public long endMillis() {
        return startMillis + Math.max(0, durationMillis);
    }

    /** Returns an error message, cut to the length that is kept. */
    public static String shortened(String message) {
        if (message.length() <= LONGEST_MESSAGE) {
            return message;
        }
        boolean splits = Character.isHighSurrogate(message.charAt(LONGEST_MESSAGE - 1));
        return message.substring(0, LONGEST_MESSAGE - (splits ? 1 : 0));
    }
}
