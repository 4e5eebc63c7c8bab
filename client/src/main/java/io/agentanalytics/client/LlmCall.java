package io.agentanalytics.client;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A call in progress. Its start is reported, so that a hanging provider is visible before the call
 * ends.
 */
public final class LlmCall {
    private final AgentTask task;
    private final String provider;
    private final String model;
    private final @Nullable Choice choice;
    private final String callId = UUID.randomUUID().toString();
    private final long startedMillis;

    LlmCall(AgentTask task, String provider, String model, @Nullable Choice choice) {
        this.task = task;
        this.provider = provider;
        this.model = model;
        this.choice = choice;
        this.startedMillis = task.millis();
        task.emit(event(EventType.LLM_CALL_STARTED));
    }

    private TaskEventBuilder event(EventType type) {
        return task.event(type).callId(callId).on(provider, model);
    }

    private TaskEventBuilder ended() {
        return event(EventType.LLM_CALL).durationMillis(Math.max(0, task.millis() - startedMillis));
    }

    /** Reports success: {@code completed(e -> e.tokens(1200, 0, 0, 80, 0).costNanos(390_000))}. */
    public void completed(UnaryOperator<TaskEventBuilder> more) {
        task.emit(more.apply(ended()));
        if (choice != null) {
            choice.succeeded();
        }
    }

    /**
     * Reports that the call failed.
     *
     * @param errorType {@code server_error}, {@code timeout}, {@code connection}, {@code
     *     rate_limit}, {@code quota}, {@code auth}, {@code content_filter}, ..., or the HTTP status
     */
    public void failed(String errorType, @Nullable String message) {
        failed(errorType, message, null);
    }

    /**
     * Reports that the provider rejected the call until a time that it named.
     *
     * @param retryAt time from which the provider accepts calls again, as of {@code Retry-After}
     */
    public void failed(String errorType, @Nullable String message, @Nullable Instant retryAt) {
        TaskEventBuilder event = ended().error(errorType, message == null ? "" : message);
        task.emit(retryAt == null ? event : event.retryAt(retryAt));
        if (choice != null) {
            choice.failed();
        }
    }
}
