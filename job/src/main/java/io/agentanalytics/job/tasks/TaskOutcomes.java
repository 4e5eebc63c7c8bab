package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reports the outcome of a task to the alerts whenever an accepted event changes it. */
final class TaskOutcomes {
    private TaskOutcomes() {}

    /**
     * @param old ending before the event, or null
     */
    static void emit(
            TaskEvent event,
            @Nullable StoryEvent old,
            TaskStory story,
            Consumer<TaskOutcome> facts) {
        if (event.type() == EventType.TASK_STARTED) {
            facts.accept(of(OutcomeKind.STARTED, event, story, story.ending() == null ? 0 : 1));
        } else if (event.type() == EventType.LLM_CALL && isRefusal(event.errorType())) {
            facts.accept(of(OutcomeKind.REFUSED, event, story, 0));
        }
        StoryEvent ending = story.ending();
        if (ending == null) {
            return;
        }
        if (old != null && old.timeMillis() != ending.timeMillis()) {
            facts.accept(retracted(event, old, story.accepted));
        }
        if (event.timeMillis() <= ending.timeMillis()) {
            OutcomeKind kind = old == null ? OutcomeKind.ENDED : OutcomeKind.AMENDED;
            facts.accept(ended(kind, event.taskId(), story, ending));
        }
    }

    private static boolean isRefusal(String errorType) {
        if (errorType.isEmpty()) {
            return false;
        }
        return ErrorClass.of(errorType).blame() == ErrorClass.Blame.ACCOUNT;
    }

    private static String error(String errorType) {
        return errorType.isEmpty() ? "" : ErrorClass.of(errorType).wireName();
    }

    private static TaskOutcome of(OutcomeKind kind, TaskEvent e, TaskStory story, long version) {
        return TaskOutcomeBuilder.builder()
                .kind(kind)
                .timeMillis(e.timeMillis())
                .taskId(e.taskId())
                .version(version)
                .agentId(e.agentId())
                .agentType(story.typeOf(e))
                .provider(e.provider())
                .rootTaskId("")
                .error(error(e.errorType()))
                .durationMillis(TaskEvent.ABSENT)
                .costNanos(TaskEvent.ABSENT)
                .tokens(TaskEvent.ABSENT)
                .build();
    }

    private static TaskOutcome retracted(TaskEvent e, StoryEvent old, long version) {
        return TaskOutcomeBuilder.builder()
                .kind(OutcomeKind.RETRACTED)
                .timeMillis(old.timeMillis())
                .taskId(e.taskId())
                .version(version)
                .agentId(old.agentId())
                .agentType(old.agentType())
                .provider("")
                .rootTaskId("")
                .error("")
                .durationMillis(TaskEvent.ABSENT)
                .costNanos(TaskEvent.ABSENT)
                .tokens(TaskEvent.ABSENT)
                .build();
    }

    private static long tokens(Usage usage) {
        return usage.withTokens > 0
                ? usage.get(TokenKind.INPUT) + usage.get(TokenKind.OUTPUT)
                : TaskEvent.ABSENT;
    }

    /** Uses only events up to the ending: later events may or may not have arrived yet. */
    private static TaskOutcome ended(
            OutcomeKind kind, String taskId, TaskStory story, StoryEvent ending) {
        TaskAccount account = TaskAccount.of(story, ending, 0);
        StoryEvent end = account.ending();
        Usage usage = account.usage();
        return TaskOutcomeBuilder.builder()
                .kind(kind)
                .timeMillis(end.timeMillis())
                .taskId(taskId)
                .version(story.accepted)
                .agentId(end.agentId())
                .agentType(end.agentType())
                .provider(account.served().provider())
                .rootTaskId(end.rootTaskId().isEmpty() ? taskId : end.rootTaskId())
                .succeeded(account.outcome() == EventType.TASK_COMPLETED)
                .failed(account.outcome() == EventType.TASK_FAILED)
                .error(error(end.errorType()))
                .durationMillis(end.durationMillis())
                .costNanos(usage.hasCost() ? usage.reported + usage.priced : TaskEvent.ABSENT)
                .tokens(tokens(usage))
                .unpriced(usage.unpriced)
                .build();
    }
}
