package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.ProviderRequest;
import io.agentanalytics.job.model.ProviderRequestBuilder;
import io.agentanalytics.job.model.RequestOutcome;
import io.agentanalytics.job.model.RequestPhase;
import java.util.function.Consumer;

/** Derives provider requests from accepted events, for the weights. */
final class ProviderRequests {
    private ProviderRequests() {}

    /**
     * Reports a started request. A task that names its provider counts as in flight until its first
     * call.
     */
    static void started(TaskEvent event, TaskStory story, Consumer<ProviderRequest> requests) {
        if (!event.provider().isEmpty() && !(event.type().isCall() && event.callId().isEmpty())) {
            requests.accept(
                    of(RequestPhase.STARTED, event)
                            .agentType(story.attribution.typeOf(event))
                            .provider(event.provider())
                            .outcome(RequestOutcome.NEUTRAL)
                            .latencyMillis(event.durationMillis())
                            .costNanos(-1)
                            .isStartReported(true)
                            .build());
        }
    }

    /**
     * @param kept event as the story keeps it
     */
    static void ended(
            TaskEvent event, StoryEvent kept, TaskStory story, Consumer<ProviderRequest> requests) {
        StoryEvent end = story.ending();
        if (event.type() == EventType.LLM_CALL) {
            requests.accept(
                    of(
                            RequestPhase.ENDED,
                            event,
                            story.attribution.attributed(kept, 0),
                            story.reportsCallStarts));
        } else if (end != null && end.eventId().equals(event.eventId())) {
            TaskAccount account = TaskAccount.of(story, end, 0);
            RequestPhase kind = account.isRequest() ? RequestPhase.ENDED : RequestPhase.TASK_ENDED;
            requests.accept(of(kind, event, account.ending(), false));
        }
    }

    private static ProviderRequest of(
            RequestPhase kind, TaskEvent event, StoryEvent e, boolean isStartReported) {
        return of(kind, event)
                .agentType(e.agentType())
                .provider(e.provider())
                .outcome(outcome(event))
                .latencyMillis(e.durationMillis())
                .costNanos(e.costNanos())
                .isStartReported(isStartReported)
                .build();
    }

    private static ProviderRequestBuilder of(RequestPhase kind, TaskEvent e) {
        return ProviderRequestBuilder.builder()
                .kind(kind)
                .taskId(e.taskId())
                .callId(e.callId())
                .agentId(e.agentId())
                .timeMillis(e.timeMillis())
                .retryAtMillis(e.retryAtMillis())
                .isAfterRetries(e.isAfterRetries());
    }

    private static RequestOutcome outcome(TaskEvent event) {
        if (event.type() == EventType.TASK_CANCELLED) {
            return RequestOutcome.NEUTRAL;
        }
        boolean failed = event.type() == EventType.TASK_FAILED || !event.errorType().isEmpty();
        return failed ? RequestOutcome.ofFailure(event.errorType()) : RequestOutcome.OK;
    }
}
