package io.agentanalytics.contract;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Comparator;
import java.util.Map;

/**
 * Task event, as agents publish it to {@code task-events}.
 *
 * <p>Absent texts are empty, absent numbers are {@link #ABSENT}. Times are epoch milliseconds UTC,
 * durations milliseconds, money nano-dollars. {@code cacheWrite1hTokens} are part of the cache
 * writes. Tokens whose parts exceed their whole were reported separately from it. The time of calls
 * and endings is the time at which they ended. {@code retryAtMillis} is the time from which a
 * provider that rejected a call accepts calls again, as stated by the provider.
 *
 * <p>{@code toolTarget} is a hash of what a tool worked on, such as a file; equal targets of one
 * task have equal hashes. It holds no content.
 *
 * <p>Like every record kept in state, it does not validate itself; {@link EventDecoder} does.
 */
@RecordBuilder
@RecordBuilder.Options(suffix = "Fields")
public record TaskEvent(
        String eventId,
        EventType type,
        long timeMillis,
        String taskId,
        String agentId,
        String agentType,
        String parentTaskId,
        String rootTaskId,
        String callId,
        String provider,
        String model,
        long durationMillis,
        long timeToFirstTokenMillis,
        TokenUsage tokens,
        long costNanos,
        String errorType,
        String errorMessage,
        long retryAtMillis,
        int filesCreated,
        int filesModified,
        boolean success,
        Map<String, String> tags,
        String serviceTier,
        long cacheWrite1hTokens,
        String toolName,
        String toolTarget) {

    public static final int SCHEMA_VERSION = 1;
    public static final int ABSENT = -1;
    public static final String UNKNOWN_AGENT_TYPE = "unknown";

    /** Name that all agents, or values of a dimension, beyond a limit share. */
    public static final String OVERFLOW = "__overflow__";

    /** Tag of an ending that was not reported. */
    public static final String END_TAG = "end";

    /** Value of {@link #END_TAG}: the end was inferred from silence, its outcome is a guess. */
    public static final String END_BY_SILENCE = "silence";

    /** Tag that states whether a client reports failures of attempts or of calls. */
    public static final String FAILURES_TAG = "failures";

    /** Value of {@link #FAILURES_TAG}: a call is reported once its retries are over. */
    public static final String FAILURES_OF_CALLS = "calls";

    /** Order by event time; ties are broken by event id. */
    public static final Comparator<TaskEvent> MOMENT =
            Comparator.comparingLong(TaskEvent::timeMillis).thenComparing(TaskEvent::eventId);

    /** Returns a builder in which every field is absent. */
    static TaskEventFields fields() {
        return TaskEventFields.builder()
                .eventId("")
                .type(EventType.TASK_SUBMITTED)
                .taskId("")
                .agentId("")
                .agentType(UNKNOWN_AGENT_TYPE)
                .parentTaskId("")
                .rootTaskId("")
                .callId("")
                .provider("")
                .model("")
                .durationMillis(ABSENT)
                .timeToFirstTokenMillis(ABSENT)
                .tokens(TokenUsage.ABSENT)
                .costNanos(ABSENT)
                .errorType("")
                .errorMessage("")
                .retryAtMillis(ABSENT)
                .filesCreated(ABSENT)
                .filesModified(ABSENT)
                .tags(Map.of())
                .serviceTier("")
                .cacheWrite1hTokens(ABSENT)
                .toolName("")
                .toolTarget("");
    }

    /** Returns this event with another agent. */
    public TaskEvent ofAgent(String id, String type) {
        return TaskEventFields.builder(this).agentId(id).agentType(type).build();
    }

    /**
     * Returns the type that counts: an ending whose outcome was guessed from silence has an unknown
     * outcome.
     */
    public EventType countedType() {
        return type.isEnding() && END_BY_SILENCE.equals(tags.get(END_TAG))
                ? EventType.TASK_ENDED
                : type;
    }

    /** Returns true if the client hides failed attempts that it repeated successfully. */
    public boolean isAfterRetries() {
        return FAILURES_OF_CALLS.equals(tags.get(FAILURES_TAG));
    }

    /**
     * Returns true if cached tokens were reported separately from the input instead of as a part of
     * it, as Anthropic's API does: parts that exceed the whole prove it.
     */
    public boolean isCachedBesideInput() {
        return tokens.input() >= 0 && cachedAndWritten() > tokens.input();
    }

    /**
     * Returns true if reasoning tokens were reported separately from the output, as Gemini's API
     * does.
     */
    public boolean isReasoningBesideOutput() {
        return tokens.output() >= 0 && tokens.reasoning() > tokens.output();
    }

    /**
     * Returns true if tokens that are cached for one hour were reported separately from the other
     * written tokens.
     */
    public boolean isHourBesideWritten() {
        return tokens.cacheWrite() >= 0 && cacheWrite1hTokens > tokens.cacheWrite();
    }

    /** Returns this event with separately reported parts added to their whole. */
    public TaskEvent withWholes() {
        boolean cached = isCachedBesideInput();
        boolean reasoning = isReasoningBesideOutput();
        boolean hour = cacheWrite1hTokens > Math.max(0, tokens.cacheWrite());
        if (!cached && !reasoning && !hour) {
            return this;
        }
        long input = tokens.input() + (cached ? cachedAndWritten() : 0);
        long output = tokens.output() + (reasoning ? tokens.reasoning() : 0);
        TokenUsage whole = tokens.with(TokenKind.INPUT, input).with(TokenKind.OUTPUT, output);
        return TaskEventFields.builder(this)
                .tokens(hour ? whole.with(TokenKind.CACHE_WRITE, written()) : whole)
                .build();
    }

    private long cachedAndWritten() {
        return Math.max(0, tokens.cachedInput()) + written();
    }

    private long written() {
        long written = Math.max(0, tokens.cacheWrite());
        return cacheWrite1hTokens > written ? written + cacheWrite1hTokens : written;
    }
}
