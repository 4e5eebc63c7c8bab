package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import java.util.Comparator;

/**
 * What a story keeps of an event: all that its contribution is computed from, and no more. Absent
 * values as in {@link TaskEvent}; costs in nano-dollars. {@code atStandardRate} marks a price of a
 * service tier that has none of its own.
 */
record StoryEvent(
        String eventId,
        EventType type,
        long timeMillis,
        String agentId,
        String agentType,
        String parentTaskId,
        String rootTaskId,
        String provider,
        String model,
        long durationMillis,
        long inputTokens,
        long cachedInputTokens,
        long cacheWriteTokens,
        long outputTokens,
        long reasoningTokens,
        long reportedNanos,
        String errorType,
        String errorMessage,
        int filesCreated,
        int filesModified,
        boolean success,
        long pricedNanos,
        boolean atStandardRate) {

    /** Which of two contents of one event id counts: the least by time, then by declared order. */
    static final Comparator<StoryEvent> CONTENT =
            Comparator.comparingLong(StoryEvent::timeMillis)
                    .thenComparing(StoryEvent::type)
                    .thenComparing(StoryEvent::agentId)
                    .thenComparing(StoryEvent::agentType)
                    .thenComparing(StoryEvent::parentTaskId)
                    .thenComparing(StoryEvent::rootTaskId)
                    .thenComparing(StoryEvent::provider)
                    .thenComparing(StoryEvent::model)
                    .thenComparingLong(StoryEvent::durationMillis)
                    .thenComparingLong(StoryEvent::inputTokens)
                    .thenComparingLong(StoryEvent::cachedInputTokens)
                    .thenComparingLong(StoryEvent::cacheWriteTokens)
                    .thenComparingLong(StoryEvent::outputTokens)
                    .thenComparingLong(StoryEvent::reasoningTokens)
                    .thenComparingLong(StoryEvent::reportedNanos)
                    .thenComparing(StoryEvent::errorType)
                    .thenComparing(StoryEvent::errorMessage)
                    .thenComparingInt(StoryEvent::filesCreated)
                    .thenComparingInt(StoryEvent::filesModified)
                    .thenComparing(StoryEvent::success)
                    // Tier and hour-long cache writes are kept only as the price that they make.
                    .thenComparingLong(StoryEvent::pricedNanos)
                    .thenComparing(StoryEvent::atStandardRate);

    /** When an event happened, with its id to break ties. */
    static final Comparator<StoryEvent> MOMENT =
            Comparator.comparingLong(StoryEvent::timeMillis).thenComparing(StoryEvent::eventId);

    static StoryEvent of(TaskEvent e, PriceBook prices) {
        boolean call = e.type() == EventType.LLM_CALL;
        boolean ending = e.type().isEnding();
        boolean priced = e.costNanos() < 0 && !e.provider().isEmpty() && (call || ending);
        long list = priced ? prices.costNanos(e) : TaskEvent.ABSENT;
        return new StoryEvent(
                e.eventId(),
                e.type(),
                e.timeMillis(),
                e.agentId(),
                e.agentType(),
                ending ? e.parentTaskId() : "",
                ending ? e.rootTaskId() : "",
                call || ending ? e.provider() : "",
                call || ending ? e.model() : "",
                e.durationMillis(),
                e.inputTokens(),
                e.cachedInputTokens(),
                e.cacheWriteTokens(),
                e.outputTokens(),
                e.reasoningTokens(),
                e.costNanos(),
                e.errorType(),
                ending ? e.errorMessage() : "",
                e.filesCreated(),
                e.filesModified(),
                e.success(),
                list,
                list >= 0 && prices.lacksTier(e));
    }

    boolean isCall() {
        return type == EventType.LLM_CALL;
    }

    boolean isEnding() {
        return type.isEnding();
    }

    boolean isOpening() {
        return type == EventType.TASK_SUBMITTED || type == EventType.TASK_STARTED;
    }

    boolean isVerdict() {
        return type == EventType.TASK_VERDICT;
    }

    boolean failed() {
        return type == EventType.TASK_FAILED || (isCall() && !errorType.isEmpty());
    }

    boolean hasTokens() {
        return inputTokens >= 0 || outputTokens >= 0;
    }

    boolean hasCost() {
        return reportedNanos >= 0 || pricedNanos >= 0;
    }
}
