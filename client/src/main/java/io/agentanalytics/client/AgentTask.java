package io.agentanalytics.client;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A running task. Each method reports one event with the current time. */
public final class AgentTask {
    private final TaskEvents events;
    private final Clock clock;
    private final TaskIdentity identity;

    /**
     * Prefix of the event ids: a process that resumes a task must not repeat the ids of the first.
     */
    private final String run = UUID.randomUUID().toString();

    private final AtomicInteger count = new AtomicInteger();
    private final long startedMillis;

    AgentTask(TaskEvents events, Clock clock, TaskIdentity identity) {
        this.events = events;
        this.clock = clock;
        this.identity = identity;
        this.startedMillis = clock.millis();
    }

    AgentTask started() {
        emit(event(EventType.TASK_STARTED));
        return this;
    }

    /** Starts a call to the chosen provider. */
    public LlmCall call(Choice choice, String model) {
        return new LlmCall(this, choice.provider(), model, choice);
    }

    /** Starts a call to a provider that was not chosen by weights. */
    public LlmCall call(String provider, String model) {
        return new LlmCall(this, provider, model, null);
    }

    public void completed() {
        emit(ending(EventType.TASK_COMPLETED));
    }

    /** Reports completion with additional fields: {@code completed(e -> e.files(1, 2))}. */
    public void completed(UnaryOperator<TaskEventBuilder> more) {
        emit(more.apply(ending(EventType.TASK_COMPLETED)));
    }

    /**
     * Reports that the task failed.
     *
     * @param errorType class of the failure: {@code unresolved}, {@code tool_error}, {@code
     *     timeout}, ...
     */
    public void failed(String errorType, @Nullable String message) {
        emit(ending(EventType.TASK_FAILED).error(errorType, message));
    }

    public void cancelled() {
        emit(ending(EventType.TASK_CANCELLED));
    }

    private TaskEventBuilder ending(EventType type) {
        return event(type).durationMillis(Math.max(0, clock.millis() - startedMillis));
    }

    TaskEventBuilder event(EventType type) {
        return new TaskEventBuilder(
                        type,
                        run + "/" + count.incrementAndGet(),
                        clock.instant(),
                        identity.taskId(),
                        identity.agentId())
                .agentType(identity.agentType())
                .lineage(identity.parentTaskId(), identity.rootTaskId())
                .tags(identity.tags());
    }

    /**
     * Starts a task on behalf of this one, with the same tags: a delegation or another attempt.
     * Tasks with the same root form one task line, which the rule {@code runaway_agent} watches.
     */
    public AgentTask subtask(String id, String agent, String type) {
        return new AgentTask(events, clock, identity.child(id, agent, type)).started();
    }

    void emit(TaskEventBuilder event) {
        events.send(event.build());
    }

    long millis() {
        return clock.millis();
    }
}
