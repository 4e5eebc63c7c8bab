package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.TaskFact;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells what alerts have to know whenever an accepted event changes it. */
final class TaskFacts {
    private TaskFacts() {}

    /**
     * @param old the ending before the event
     */
    static void tell(
            TaskEvent event, @Nullable StoryEvent old, TaskStory story, Consumer<TaskFact> facts) {
        if (event.type() == EventType.TASK_STARTED) {
            facts.accept(of(TaskFact.Kind.STARTED, event, story, story.ending() == null ? 0 : 1));
        } else if (event.type() == EventType.LLM_CALL && isRefusal(event.errorType())) {
            facts.accept(of(TaskFact.Kind.REFUSED, event, story, 0));
        }
        StoryEvent ending = story.ending();
        if (ending == null) {
            return;
        }
        if (old != null && old.timeMillis() != ending.timeMillis()) {
            facts.accept(retracted(event, old, story.accepted));
        }
        if (event.timeMillis() <= ending.timeMillis()) {
            TaskFact.Kind kind = old == null ? TaskFact.Kind.ENDED : TaskFact.Kind.AMENDED;
            facts.accept(ended(kind, event.taskId(), story, ending));
        }
    }

    private static boolean isRefusal(String errorType) {
        if (errorType.isEmpty()) {
            return false;
        }
        ErrorClass error = ErrorClass.of(errorType);
        return error == ErrorClass.QUOTA || error == ErrorClass.AUTH;
    }

    private static String error(String errorType) {
        return errorType.isEmpty() ? "" : ErrorClass.of(errorType).wireName();
    }

    private static TaskFact of(TaskFact.Kind kind, TaskEvent e, TaskStory story, long version) {
        return new TaskFact(
                kind,
                e.timeMillis(),
                e.taskId(),
                version,
                e.agentId(),
                story.typeOf(e),
                e.provider(),
                "",
                false,
                false,
                error(e.errorType()),
                TaskEvent.ABSENT,
                TaskEvent.ABSENT,
                TaskEvent.ABSENT,
                0);
    }

    private static TaskFact retracted(TaskEvent e, StoryEvent old, long version) {
        return new TaskFact(
                TaskFact.Kind.RETRACTED,
                old.timeMillis(),
                e.taskId(),
                version,
                old.agentId(),
                old.agentType(),
                "",
                "",
                false,
                false,
                "",
                TaskEvent.ABSENT,
                TaskEvent.ABSENT,
                TaskEvent.ABSENT,
                0);
    }

    /** Only what happened up to the ending: later events may or may not have come yet. */
    private static TaskFact ended(
            TaskFact.Kind kind, String taskId, TaskStory story, StoryEvent ending) {
        TaskAccount account = TaskAccount.of(story, ending, 0);
        StoryEvent end = account.ending();
        Usage usage = account.usage();
        return new TaskFact(
                kind,
                end.timeMillis(),
                taskId,
                story.accepted,
                end.agentId(),
                end.agentType(),
                account.served().provider(),
                end.rootTaskId().isEmpty() ? taskId : end.rootTaskId(),
                account.outcome() == EventType.TASK_COMPLETED,
                account.outcome() == EventType.TASK_FAILED,
                error(end.errorType()),
                end.durationMillis(),
                usage.hasCost() ? usage.reported + usage.priced : TaskEvent.ABSENT,
                usage.withTokens > 0 ? usage.input + usage.output : TaskEvent.ABSENT,
                usage.unpriced);
    }
}
