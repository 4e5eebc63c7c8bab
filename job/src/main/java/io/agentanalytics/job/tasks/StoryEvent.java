package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.SharedValues;
import io.agentanalytics.job.model.Tags;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Part of an event that a {@link TaskStory} keeps: exactly the fields from which its contribution
 * is computed. Absent values are as in {@link TaskEvent}; costs are nano-dollars. {@code
 * atStandardRate} marks a price at the standard rate because the service tier has no price.
 */
@RecordBuilder
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
        TokenUsage tokens,
        long reportedNanos,
        String errorType,
        String errorMessage,
        int filesCreated,
        int filesModified,
        boolean success,
        long pricedNanos,
        boolean cachedAdded,
        boolean reasoningAdded,
        boolean atStandardRate,
        boolean isAfterRetries,
        Tags tags,
        long timeToFirstTokenMillis) {

    /**
     * Order of the contents that were reported under one event id: the greatest counts. Snapshots
     * of a streamed response share an id and grow, so usage decides first; then the earliest time,
     * so that a duplicate with a new timestamp changes nothing; then present values before absent
     * ones.
     */
    static final Comparator<StoryEvent> CONTENT =
            Comparator.<StoryEvent>comparingLong(e -> e.tokens.output())
                    .thenComparingLong(e -> e.tokens.input())
                    .thenComparingLong(StoryEvent::reportedNanos)
                    .thenComparingLong(StoryEvent::durationMillis)
                    .thenComparing(StoryEvent::timeMillis, Comparator.reverseOrder())
                    .thenComparing(StoryEvent::tokens)
                    .thenComparing(StoryEvent::type)
                    .thenComparing(StoryEvent::agentId)
                    .thenComparing(StoryEvent::hasType)
                    .thenComparing(StoryEvent::agentType)
                    .thenComparing(StoryEvent::parentTaskId)
                    .thenComparing(StoryEvent::rootTaskId)
                    .thenComparing(StoryEvent::provider)
                    .thenComparing(StoryEvent::model)
                    .thenComparing(StoryEvent::errorType)
                    .thenComparing(StoryEvent::errorMessage)
                    .thenComparingInt(StoryEvent::filesCreated)
                    .thenComparingInt(StoryEvent::filesModified)
                    .thenComparing(StoryEvent::success)
                    // The tier and one-hour cache writes are kept only as the resulting price.
                    .thenComparingLong(StoryEvent::pricedNanos)
                    .thenComparing(StoryEvent::cachedAdded)
                    .thenComparing(StoryEvent::reasoningAdded)
                    .thenComparing(StoryEvent::atStandardRate)
                    .thenComparing(StoryEvent::isAfterRetries)
                    .thenComparing(e -> e.tags.text())
                    .thenComparingLong(StoryEvent::timeToFirstTokenMillis);

    /** Order by event time; ties are broken by event id. */
    static final Comparator<StoryEvent> MOMENT =
            Comparator.comparingLong(StoryEvent::timeMillis).thenComparing(StoryEvent::eventId);

    private static final Comparator<StoryEvent> ENDING =
            Comparator.<StoryEvent, Boolean>comparing(e -> e.type == EventType.TASK_ENDED)
                    .thenComparing(MOMENT);

    static StoryEvent earlier(@Nullable StoryEvent a, StoryEvent b) {
        return a == null || MOMENT.compare(b, a) < 0 ? b : a;
    }

    /** Returns the ending that counts: a reported one before one that was inferred. */
    static StoryEvent ending(@Nullable StoryEvent a, StoryEvent b) {
        return a == null || ENDING.compare(b, a) < 0 ? b : a;
    }

    static StoryEvent later(@Nullable StoryEvent a, StoryEvent b) {
        return a == null || MOMENT.compare(b, a) > 0 ? b : a;
    }

    /**
     * @param tags tags of the event that dimensions name
     */
    static StoryEvent of(
            TaskEvent reported, PriceBook prices, SharedValues<String> texts, Tags tags) {
        TaskEvent e = reported.withWholes();
        boolean call = e.type() == EventType.LLM_CALL;
        boolean ending = e.type().isEnding();
        long price = call || ending ? price(e, prices) : TaskEvent.ABSENT;
        return StoryEventBuilder.builder()
                .eventId(e.eventId())
                .type(e.countedType())
                .timeMillis(e.timeMillis())
                .agentId(texts.shared(e.agentId()))
                .agentType(texts.shared(e.agentType()))
                .parentTaskId(texts.shared(e.parentTaskId()))
                .rootTaskId(texts.shared(e.rootTaskId()))
                .provider(texts.shared(e.provider()))
                .model(texts.shared(e.model()))
                .durationMillis(e.durationMillis())
                .tokens(e.tokens())
                .reportedNanos(e.costNanos())
                .errorType(texts.shared(e.errorType()))
                .errorMessage(message(e, call))
                .filesCreated(e.filesCreated())
                .filesModified(e.filesModified())
                .success(e.success())
                .pricedNanos(price)
                .cachedAdded(reported.isCachedBesideInput() || reported.isHourBesideWritten())
                .reasoningAdded(reported.isReasoningBesideOutput())
                .atStandardRate(price > 0 && prices.lacksTier(e))
                .isAfterRetries(e.isAfterRetries())
                .tags(tags)
                .timeToFirstTokenMillis(e.timeToFirstTokenMillis())
                .build();
    }

    private static String message(TaskEvent e, boolean call) {
        return call
                ? TimelineCall.shortened(e.errorMessage())
                : e.type().isEnding() ? e.errorMessage() : "";
    }

    private static long price(TaskEvent e, PriceBook prices) {
        if (e.costNanos() >= 0 || e.provider().isEmpty()) {
            return TaskEvent.ABSENT;
        }
        return isRefusedCall(e) ? 0 : prices.costNanos(e);
    }

    /**
     * Returns true for a failed call without tokens, which costs nothing, whatever the price of its
     * model.
     */
    private static boolean isRefusedCall(TaskEvent e) {
        return e.type() == EventType.LLM_CALL
                && !e.errorType().isEmpty()
                && e.tokens().input() <= 0
                && e.tokens().output() <= 0;
    }

    StoryEvent of(String type, Tags all) {
        return StoryEventBuilder.builder(this).agentType(type).tags(all).build();
    }

    boolean hasType() {
        return !agentType.equals(TaskEvent.UNKNOWN_AGENT_TYPE);
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

    /** Returns the reported cost, else the computed one; negative if neither is known. */
    long costNanos() {
        return reportedNanos >= 0 ? reportedNanos : pricedNanos;
    }

    boolean hasCost() {
        return reportedNanos >= 0 || pricedNanos >= 0;
    }
}
