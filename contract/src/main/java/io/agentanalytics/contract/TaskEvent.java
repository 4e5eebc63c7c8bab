package io.agentanalytics.contract;

import java.util.Comparator;
import java.util.Map;

/**
 * One thing that happened to a task, as agents publish it to {@code task-events}.
 *
 * <p>Absent texts are empty, absent numbers are {@link #ABSENT}. Times are epoch milliseconds UTC,
 * durations milliseconds, money nano-dollars. {@code cachedInputTokens} and {@code
 * cacheWriteTokens} are part of {@code inputTokens}, {@code reasoningTokens} of {@code
 * outputTokens} (OpenTelemetry GenAI). For calls and endings, the time is when they ended.
 *
 * <p>The order of the components is part of the contract: {@link #CONTENT} compares by it. Like
 * every record kept in state it validates nothing itself; {@link EventDecoder} does.
 */
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
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        long costNanos,
        String errorType,
        String errorMessage,
        int filesCreated,
        int filesModified,
        boolean success,
        Map<String, String> tags) {

    public static final int SCHEMA_VERSION = 1;
    public static final int ABSENT = -1;
    public static final String UNKNOWN_AGENT_TYPE = "unknown";

    /** Which of two events with one id counts: the least by time, then by the declared order. */
    public static final Comparator<TaskEvent> CONTENT =
            Comparator.comparingLong(TaskEvent::timeMillis)
                    .thenComparing(TaskEvent::type)
                    .thenComparing(TaskEvent::agentId)
                    .thenComparing(TaskEvent::agentType)
                    .thenComparing(TaskEvent::parentTaskId)
                    .thenComparing(TaskEvent::rootTaskId)
                    .thenComparing(TaskEvent::callId)
                    .thenComparing(TaskEvent::provider)
                    .thenComparing(TaskEvent::model)
                    .thenComparingLong(TaskEvent::durationMillis)
                    .thenComparingLong(TaskEvent::timeToFirstTokenMillis)
                    .thenComparingLong(TaskEvent::inputTokens)
                    .thenComparingLong(TaskEvent::cachedInputTokens)
                    .thenComparingLong(TaskEvent::cacheWriteTokens)
                    .thenComparingLong(TaskEvent::outputTokens)
                    .thenComparingLong(TaskEvent::reasoningTokens)
                    .thenComparingLong(TaskEvent::costNanos)
                    .thenComparing(TaskEvent::errorType)
                    .thenComparing(TaskEvent::errorMessage)
                    .thenComparingInt(TaskEvent::filesCreated)
                    .thenComparingInt(TaskEvent::filesModified)
                    .thenComparing(TaskEvent::success);

    /** When an event happened, with its id to break ties. */
    public static final Comparator<TaskEvent> MOMENT =
            Comparator.comparingLong(TaskEvent::timeMillis).thenComparing(TaskEvent::eventId);

    /** A call or a task that did not do what was asked of it. */
    public boolean failed() {
        return type == EventType.TASK_FAILED
                || (type == EventType.LLM_CALL && !errorType.isEmpty());
    }
}
