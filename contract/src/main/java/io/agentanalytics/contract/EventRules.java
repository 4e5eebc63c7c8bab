package io.agentanalytics.contract;

import java.util.Set;

/** Validates limits that apply to an event as a whole. */
final class EventRules {
    private static final long MAX_DURATION_MILLIS = 7 * 24 * 3_600_000L;
    private static final long MAX_TOKENS = 1_000_000_000L;

    private EventRules() {}

    static void check(TaskEvent e, Set<EventNote> notes) throws InvalidEventException {
        limit("duration_ms", e.durationMillis(), MAX_DURATION_MILLIS);
        limit("time_to_first_token_ms", e.timeToFirstTokenMillis(), MAX_DURATION_MILLIS);
        for (TokenKind kind : TokenKind.all()) {
            limit(kind.field(), e.tokens().get(kind), MAX_TOKENS);
        }
        limit("cache_write_1h_tokens", e.cacheWrite1hTokens(), MAX_TOKENS);
        limit("files_created", e.filesCreated(), MAX_TOKENS);
        limit("files_modified", e.filesModified(), MAX_TOKENS);
        if (e.isCachedBesideInput()
                || e.isReasoningBesideOutput()
                || (e.tokens().cacheWrite() != TaskEvent.ABSENT
                        && e.cacheWrite1hTokens() > e.tokens().cacheWrite())) {
            notes.add(EventNote.INCONSISTENT_TOKENS);
        }
    }

    private static void limit(String field, long value, long max) throws InvalidEventException {
        if (value > max) {
            throw new InvalidEventException(
                    RejectCode.OUT_OF_RANGE,
                    "%s is %d, at most %d is taken.".formatted(field, value, max));
        }
    }
}
