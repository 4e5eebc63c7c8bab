package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.job.model.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One row of the timeline: a task that ended, or went on after it was counted as abandoned. Times
 * epoch ms, costs nano-dollars, absent null.
 */
public record TaskRow(
        String taskId,
        long endedAt,
        String agentId,
        String agentType,
        @Nullable String parentTaskId,
        String rootTaskId,
        @Nullable String provider,
        @Nullable String model,
        String outcome,
        @Nullable Long submittedAt,
        @Nullable Long startedAt,
        @Nullable Long durationMillis,
        long calls,
        long callsFailed,
        @Nullable Long inputTokens,
        @Nullable Long cachedInputTokens,
        @Nullable Long cacheWriteTokens,
        @Nullable Long outputTokens,
        @Nullable Long reasoningTokens,
        long reportedNanos,
        long pricedNanos,
        long unpriced,
        @Nullable String errorType,
        @Nullable String errorMessage,
        @Nullable Integer filesCreated,
        @Nullable Integer filesModified,
        long verdictUntil,
        boolean retracted,
        long seen,
        List<String> notes) {

    static TaskRow of(
            String taskId,
            TaskStory story,
            TaskAccount account,
            long horizonMillis,
            boolean retracted) {
        StoryEvent end = account.ending();
        Usage usage = account.usage();
        StoryEvent served = account.served();
        boolean tokens = usage.withTokens > 0;
        return new TaskRow(
                taskId,
                end.timeMillis(),
                end.agentId(),
                end.agentType(),
                text(end.parentTaskId()),
                end.rootTaskId().isEmpty() ? taskId : end.rootTaskId(),
                text(served.provider()),
                text(served.model()),
                outcome(account.outcome()),
                earliest(story, EventType.TASK_SUBMITTED),
                earliest(story, EventType.TASK_STARTED),
                number(end.durationMillis()),
                usage.calls,
                usage.callsFailed,
                tokens ? usage.input : null,
                tokens ? usage.cachedInput : null,
                tokens ? usage.cacheWrite : null,
                tokens ? usage.output : null,
                tokens ? usage.reasoning : null,
                usage.reported,
                usage.priced,
                usage.unpriced,
                text(end.errorType()),
                text(end.errorMessage()),
                end.filesCreated() < 0 ? null : end.filesCreated(),
                end.filesModified() < 0 ? null : end.filesModified(),
                end.timeMillis() + horizonMillis,
                retracted,
                story.accepted,
                account.notes());
    }

    /** A task went on after it was counted as abandoned: the count at that time no longer holds. */
    static TaskRow returned(String taskId, TaskStory story, long horizonMillis) {
        Scope scope = story.givenUpAt(horizonMillis);
        return new TaskRow(
                taskId,
                story.abandonedAt,
                scope.agentId(),
                scope.agentType(),
                null,
                taskId,
                null,
                null,
                "abandoned",
                earliest(story, EventType.TASK_SUBMITTED),
                earliest(story, EventType.TASK_STARTED),
                null,
                0,
                0,
                null,
                null,
                null,
                null,
                null,
                0,
                0,
                1,
                null,
                null,
                null,
                null,
                story.abandonedAt,
                true,
                story.accepted,
                List.of());
    }

    private static @Nullable String text(String value) {
        return value.isEmpty() ? null : value;
    }

    private static @Nullable Long number(long value) {
        return value == TaskEvent.ABSENT ? null : value;
    }

    private static @Nullable Long earliest(TaskStory story, EventType type) {
        Long earliest = null;
        for (StoryEvent e : story.events.values()) {
            if (e.type() == type && (earliest == null || e.timeMillis() < earliest)) {
                earliest = e.timeMillis();
            }
        }
        return earliest;
    }

    private static String outcome(EventType outcome) {
        return switch (outcome) {
            case TASK_COMPLETED -> "succeeded";
            case TASK_FAILED -> "failed";
            default -> "cancelled";
        };
    }
}
