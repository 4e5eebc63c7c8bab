package io.agentanalytics.client;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** A task at work: each method tells one thing that happened, at this moment. */
public final class AgentTask {
    private final TaskEvents events;
    private final Clock clock;
    private final String taskId;
    private final String agentId;
    private final String agentType;

    /** A process that takes a task up again must not repeat the ids of the first. */
    private final String run = UUID.randomUUID().toString();

    private final AtomicInteger told = new AtomicInteger();
    private final long startedMillis;

    AgentTask(TaskEvents events, Clock clock, String taskId, String agentId, String agentType) {
        this.events = events;
        this.clock = clock;
        this.taskId = taskId;
        this.agentId = agentId;
        this.agentType = agentType;
        this.startedMillis = clock.millis();
    }

    AgentTask started() {
        tell(event(EventType.TASK_STARTED));
        return this;
    }

    /** A call to the provider that was chosen begins. */
    public LlmCall call(Choice choice, String model) {
        return new LlmCall(this, choice.provider(), model, choice);
    }

    /** A call to a provider begins that nobody chose by weights. */
    public LlmCall call(String provider, String model) {
        return new LlmCall(this, provider, model, null);
    }

    public void completed() {
        tell(ending(EventType.TASK_COMPLETED));
    }

    /** Completed, with what else is known: {@code completed(e -> e.files(1, 2))}. */
    public void completed(UnaryOperator<TaskEventBuilder> more) {
        tell(more.apply(ending(EventType.TASK_COMPLETED)));
    }

    /**
     * The task failed.
     *
     * @param errorType class of the failure: {@code unresolved}, {@code tool_error}, {@code
     *     timeout}, ...
     */
    public void failed(String errorType, String message) {
        tell(ending(EventType.TASK_FAILED).error(errorType, message));
    }

    public void cancelled() {
        tell(ending(EventType.TASK_CANCELLED));
    }

    private TaskEventBuilder ending(EventType type) {
        return event(type).durationMillis(Math.max(0, clock.millis() - startedMillis));
    }

    TaskEventBuilder event(EventType type) {
        return new TaskEventBuilder(
                        type, run + "/" + told.incrementAndGet(), clock.instant(), taskId, agentId)
                .agentType(agentType);
    }

    void tell(TaskEventBuilder event) {
        events.send(event.build());
    }

    long millis() {
        return clock.millis();
    }
}
