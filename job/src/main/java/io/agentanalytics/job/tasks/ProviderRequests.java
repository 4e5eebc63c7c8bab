package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.ProviderRequest.Kind;
import io.agentanalytics.job.model.RequestOutcome;
import java.util.Objects;
import java.util.function.Consumer;

/** Tells what weights have to know of an event that was accepted. */
final class ProviderRequests {
    private ProviderRequests() {}

    /** A task that names its provider is in flight until its first call says more. */
    static void started(TaskEvent event, Consumer<ProviderRequest> requests) {
        if (!event.provider().isEmpty() && !(event.type().isCall() && event.callId().isEmpty())) {
            requests.accept(of(Kind.STARTED, event, event.provider(), RequestOutcome.NEUTRAL, -1));
        }
    }

    static void ended(TaskEvent event, TaskStory story, Consumer<ProviderRequest> requests) {
        StoryEvent end = story.ending();
        if (event.type() == EventType.LLM_CALL) {
            StoryEvent call = Objects.requireNonNull(story.events.get(event.eventId()));
            requests.accept(of(Kind.ENDED, event, event.provider(), outcome(event), cost(call)));
        } else if (end != null && end.eventId().equals(event.eventId())) {
            boolean request = TaskAccount.of(end, story.events.values(), 0).isRequest();
            Kind kind = request ? Kind.ENDED : Kind.TASK_ENDED;
            requests.accept(of(kind, event, event.provider(), outcome(event), cost(end)));
        }
    }

    private static RequestOutcome outcome(TaskEvent event) {
        if (event.type() == EventType.TASK_CANCELLED) {
            return RequestOutcome.NEUTRAL;
        }
        boolean failed = event.type() == EventType.TASK_FAILED || !event.errorType().isEmpty();
        return failed ? RequestOutcome.ofFailure(event.errorType()) : RequestOutcome.OK;
    }

    private static long cost(StoryEvent e) {
        return e.reportedNanos() >= 0 ? e.reportedNanos() : e.pricedNanos();
    }

    private static ProviderRequest of(
            Kind kind, TaskEvent e, String provider, RequestOutcome outcome, long costNanos) {
        return new ProviderRequest(
                kind,
                e.taskId(),
                e.callId(),
                e.agentId(),
                e.agentType(),
                provider,
                e.timeMillis(),
                outcome,
                e.durationMillis(),
                costNanos,
                e.retryAtMillis());
    }
}
