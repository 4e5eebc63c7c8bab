package io.agentanalytics.contract;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;

/** Validates an event as a whole: required fields and limits. */
public final class EventRules {
    /** Earliest time of an event, in the year 2000. */
    public static final long EARLIEST_MILLIS = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();

    private static final long LATEST_MILLIS = Instant.parse("9999-12-31T23:59:59Z").toEpochMilli();

    /** Maximum number of tags. */
    public static final int MAX_TAGS = 16;

    /** Largest cost of a request, in dollars. */
    public static final long MAX_COST_USD = 10_000;

    private static final long MAX_COST_NANOS = MAX_COST_USD * 1_000_000_000L;
    private static final long MAX_TOKENS = 1_000_000_000L;

    /** Maximum duration of a call, a tool or a task. */
    public static final long MAX_DURATION_MILLIS = 7 * 24 * 3_600_000L;

    private EventRules() {}

    /**
     * Checks an event that was made, not decoded. Its texts must be clean already.
     *
     * @throws InvalidEventException if the job would reject it
     */
    public static void check(TaskEvent e) throws InvalidEventException {
        requireFields(e);
        check(e, EnumSet.noneOf(EventNote.class));
        checkTime("time", e.timeMillis());
        if (e.costNanos() > MAX_COST_NANOS) {
            throw new InvalidEventException(
                    RejectCode.OUT_OF_RANGE, "cost_usd is above %d.".formatted(MAX_COST_USD));
        }
    }

    static void checkTime(String field, long millis) throws InvalidEventException {
        if (millis < EARLIEST_MILLIS || millis > LATEST_MILLIS) {
            throw new InvalidEventException(
                    RejectCode.BAD_TIME, field + " is not between the years 2000 and 9999.");
        }
    }

    static void requireFields(TaskEvent e) throws InvalidEventException {
        require(!e.eventId().isEmpty(), "event_id");
        require(!e.taskId().isEmpty(), "task_id");
        require(!e.agentId().isEmpty(), "agent_id");
        require(!e.type().isCall() || !e.provider().isEmpty(), "provider");
        require(!e.type().isCall() || !e.model().isEmpty(), "model");
        require(e.type() != EventType.TOOL_CALL || !e.toolName().isEmpty(), "tool_name");
    }

    static void require(boolean isThere, String field) throws InvalidEventException {
        if (!isThere) {
            throw new InvalidEventException(
                    RejectCode.MISSING_FIELD,
                    field + " is missing or blank; this event type requires it.");
        }
    }

    static void check(TaskEvent e, Set<EventNote> notes) throws InvalidEventException {
        limit("duration_ms", e.durationMillis(), MAX_DURATION_MILLIS);
        limit("time_to_first_token_ms", e.timeToFirstTokenMillis(), MAX_DURATION_MILLIS);
        for (TokenKind kind : TokenKind.all()) {
            limit(kind.field(), e.tokens().get(kind), MAX_TOKENS);
        }
        limit("cache_write_1h_tokens", e.cacheWrite1hTokens(), MAX_TOKENS);
        limit("files_created", e.filesCreated(), MAX_TOKENS);
        limit("files_modified", e.filesModified(), MAX_TOKENS);
        if (e.isCachedBesideInput() || e.isReasoningBesideOutput() || e.isHourBesideWritten()) {
            notes.add(EventNote.INCONSISTENT_TOKENS);
        }
    }

    private static void limit(String field, long value, long max) throws InvalidEventException {
        if (value > max) {
            throw new InvalidEventException(
                    RejectCode.OUT_OF_RANGE,
                    "%s is %d; the maximum is %d.".formatted(field, value, max));
        }
    }
}
