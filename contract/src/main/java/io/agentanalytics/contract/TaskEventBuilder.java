package io.agentanalytics.contract;

import java.time.Instant;
import java.util.Map;

/** Puts a {@link TaskEvent} together field by field; what is not set is absent. */
public final class TaskEventBuilder {
    String eventId = "";
    EventType type = EventType.TASK_SUBMITTED;
    long timeMillis;
    String taskId = "";
    String agentId = "";
    String agentType = TaskEvent.UNKNOWN_AGENT_TYPE;
    String parentTaskId = "";
    String rootTaskId = "";
    String callId = "";
    String provider = "";
    String model = "";
    long durationMillis = TaskEvent.ABSENT;
    long timeToFirstTokenMillis = TaskEvent.ABSENT;
    long inputTokens = TaskEvent.ABSENT;
    long cachedInputTokens = TaskEvent.ABSENT;
    long cacheWriteTokens = TaskEvent.ABSENT;
    long outputTokens = TaskEvent.ABSENT;
    long reasoningTokens = TaskEvent.ABSENT;
    long costNanos = TaskEvent.ABSENT;
    String errorType = "";
    String errorMessage = "";
    long retryAtMillis = TaskEvent.ABSENT;
    int filesCreated = TaskEvent.ABSENT;
    int filesModified = TaskEvent.ABSENT;
    boolean success;
    Map<String, String> tags = Map.of();
    String serviceTier = "";
    long cacheWrite1hTokens = TaskEvent.ABSENT;

    TaskEventBuilder() {}

    /** Starts an event with what every event has. */
    public TaskEventBuilder(
            EventType type, String eventId, Instant time, String taskId, String agentId) {
        this.type = type;
        this.eventId = eventId;
        this.timeMillis = time.toEpochMilli();
        this.taskId = taskId;
        this.agentId = agentId;
    }

    public TaskEventBuilder agentType(String value) {
        agentType = value;
        return this;
    }

    public TaskEventBuilder lineage(String parentTask, String rootTask) {
        parentTaskId = parentTask;
        rootTaskId = rootTask;
        return this;
    }

    public TaskEventBuilder callId(String value) {
        callId = value;
        return this;
    }

    public TaskEventBuilder on(String providerName, String modelName) {
        provider = providerName;
        model = modelName;
        return this;
    }

    public TaskEventBuilder durationMillis(long value) {
        durationMillis = value;
        return this;
    }

    public TaskEventBuilder timeToFirstTokenMillis(long value) {
        timeToFirstTokenMillis = value;
        return this;
    }

    /** Cached and cache-write tokens are part of input, reasoning is part of output. */
    public TaskEventBuilder tokens(
            long input, long cached, long cacheWrite, long output, long reasoning) {
        inputTokens = input;
        cachedInputTokens = cached;
        cacheWriteTokens = cacheWrite;
        outputTokens = output;
        reasoningTokens = reasoning;
        return this;
    }

    public TaskEventBuilder costNanos(long value) {
        costNanos = value;
        return this;
    }

    public TaskEventBuilder error(String errorTypeName, String message) {
        errorType = errorTypeName;
        errorMessage = message;
        return this;
    }

    /** When the provider said that it takes calls again. */
    public TaskEventBuilder retryAt(Instant value) {
        retryAtMillis = value.toEpochMilli();
        return this;
    }

    public TaskEventBuilder files(int created, int modified) {
        filesCreated = created;
        filesModified = modified;
        return this;
    }

    public TaskEventBuilder success(boolean value) {
        success = value;
        return this;
    }

    public TaskEventBuilder tags(Map<String, String> value) {
        tags = value;
        return this;
    }

    /** Such as batch or flex; empty is the standard tier. */
    public TaskEventBuilder serviceTier(String value) {
        serviceTier = value;
        return this;
    }

    /** Those of the cache-write tokens that are kept for an hour. */
    public TaskEventBuilder cacheWrite1hTokens(long value) {
        cacheWrite1hTokens = value;
        return this;
    }

    public TaskEvent build() {
        return new TaskEvent(
                eventId,
                type,
                timeMillis,
                taskId,
                agentId,
                agentType,
                parentTaskId,
                rootTaskId,
                callId,
                provider,
                model,
                durationMillis,
                timeToFirstTokenMillis,
                inputTokens,
                cachedInputTokens,
                cacheWriteTokens,
                outputTokens,
                reasoningTokens,
                costNanos,
                errorType,
                errorMessage,
                retryAtMillis,
                filesCreated,
                filesModified,
                success,
                tags,
                serviceTier,
                cacheWrite1hTokens);
    }
}
