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
                    of(
                            RequestPhase.STARTED,
                            event,
                            story.attribution.typeOf(event),
                            event.provider(),
                            RequestOutcome.NEUTRAL,
                            event.durationMillis(),
                            -1,
                            true));
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
        return of(
                kind,
                event,
                e.agentType(),
                e.provider(),
                outcome(event),
                e.durationMillis(),
                e.costNanos(),
                isStartReported);
    }

    private static RequestOutcome outcome(TaskEvent event) {
        if (event.type() == EventType.TASK_CANCELLED) {
            return RequestOutcome.NEUTRAL;
        }
        boolean failed = event.type() == EventType.TASK_FAILED || !event.errorType().isEmpty();
        return failed ? RequestOutcome.ofFailure(event.errorType()) : RequestOutcome.OK;
    }

    private static ProviderRequest of(
            RequestPhase kind,
            TaskEvent e,
            String agentType,
            String provider,
            RequestOutcome outcome,
            long latencyMillis,
            long costNanos,
            boolean isStartReported) {
        return ProviderRequestBuilder.builder()
                .kind(kind)
                .taskId(e.taskId())
                .callId(e.callId())
                .agentId(e.agentId())
                .agentType(agentType)
                .provider(provider)
                .timeMillis(e.timeMillis())
                .outcome(outcome)
                .latencyMillis(latencyMillis)
                .costNanos(costNanos)
                .retryAtMillis(e.retryAtMillis())
                .isStartReported(isStartReported)
                .isAfterRetries(e.isAfterRetries())
                .build();
    }
}
