package io.agentanalytics.contract;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds a {@link TaskEvent} field by field; fields that are not set are absent. */
public final class TaskEventBuilder {
    private final TaskEventFields fields;

    /** Creates a builder with the fields that every event has. */
    public TaskEventBuilder(
            EventType type, String eventId, Instant time, String taskId, String agentId) {
        fields =
                TaskEvent.fields()
                        .type(type)
                        .eventId(eventId)
                        .timeMillis(time.toEpochMilli())
                        .taskId(taskId)
                        .agentId(agentId);
    }

    public TaskEventBuilder agentType(String value) {
        fields.agentType(value);
        return this;
    }

    public TaskEventBuilder lineage(String parentTask, String rootTask) {
        fields.parentTaskId(parentTask);
        fields.rootTaskId(rootTask);
        return this;
    }

    public TaskEventBuilder callId(String value) {
        fields.callId(value);
        return this;
    }

    public TaskEventBuilder on(String providerName, String modelName) {
        fields.provider(providerName);
        fields.model(modelName);
        return this;
    }

    public TaskEventBuilder durationMillis(long value) {
        fields.durationMillis(value);
        return this;
    }

    public TaskEventBuilder timeToFirstTokenMillis(long value) {
        fields.timeToFirstTokenMillis(value);
        return this;
    }

    /**
     * Sets the tokens. Cached and cache-write tokens are part of input, reasoning tokens of output.
     */
    public TaskEventBuilder tokens(
            long input, long cached, long cacheWrite, long output, long reasoning) {
        return tokens(new TokenUsage(input, cached, cacheWrite, output, reasoning));
    }

    public TaskEventBuilder tokens(TokenUsage value) {
        fields.tokens(value);
        return this;
    }

    public TaskEventBuilder costNanos(long value) {
        fields.costNanos(value);
        return this;
    }

    public TaskEventBuilder error(String errorTypeName, @Nullable String message) {
        fields.errorType(errorTypeName);
        fields.errorMessage(Objects.requireNonNullElse(message, ""));
        return this;
    }

    /** Sets the time from which the provider accepts calls again, as stated by the provider. */
    public TaskEventBuilder retryAt(Instant value) {
        fields.retryAtMillis(value.toEpochMilli());
        return this;
    }

    public TaskEventBuilder files(int created, int modified) {
        fields.filesCreated(created);
        fields.filesModified(modified);
        return this;
    }

    public TaskEventBuilder success(boolean value) {
        fields.success(value);
        return this;
    }

    public TaskEventBuilder tags(Map<String, String> value) {
        fields.tags(value);
        return this;
    }

    /** Sets the service tier, such as batch or flex; empty means the standard tier. */
    public TaskEventBuilder serviceTier(String value) {
        fields.serviceTier(value);
        return this;
    }

    /** Sets the number of cache-write tokens that are cached for one hour. */
    public TaskEventBuilder cacheWrite1hTokens(long value) {
        fields.cacheWrite1hTokens(value);
        return this;
    }

    /**
     * Sets the tool.
     *
     * @param target hash of what it worked on; empty if it is unknown
     */
    public TaskEventBuilder tool(String name, String target) {
        fields.toolName(name);
        fields.toolTarget(target);
        return this;
    }

    public TaskEvent build() {
        return fields.build();
    }
}
