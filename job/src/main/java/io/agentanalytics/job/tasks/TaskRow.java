package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.TaskHistory;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Row of the timeline: a task that ended, or that continued after it was counted as abandoned.
 * Times are epoch ms, costs nano-dollars, absent values null.
 */
@RecordBuilder
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
        long toolCalls,
        @Nullable TokenUsage tokens,
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
        List<String> notes,
        Map<String, String> tags,
        byte @Nullable [] callList,
        long callsLeftOut) {

    /** Returns the row of a task that ended, without its calls. */
    static TaskRow of(
            String taskId,
            TaskStory story,
            TaskAccount account,
            long horizonMillis,
            boolean retracted) {
        StoryEvent end = account.ending();
        Usage usage = account.usage();
        return TaskRowBuilder.builder()
                .taskId(taskId)
                .endedAt(end.timeMillis())
                .agentId(end.agentId())
                .agentType(end.agentType())
                .parentTaskId(text(end.parentTaskId()))
                .rootTaskId(end.rootTaskId().isEmpty() ? taskId : end.rootTaskId())
                .provider(text(end.provider()))
                .model(text(end.model()))
                .outcome(outcome(account.outcome()))
                .submittedAt(earliest(story, EventType.TASK_SUBMITTED))
                .startedAt(earliest(story, EventType.TASK_STARTED))
                .durationMillis(number(end.durationMillis()))
                .calls(usage.calls)
                .callsFailed(usage.callsFailed)
                .toolCalls(story.toolCalls)
                .tokens(usage.tokenUsage())
                .reportedNanos(usage.reported)
                .pricedNanos(usage.priced)
                .unpriced(usage.unpriced)
                .errorType(text(end.errorType()))
                .errorMessage(text(end.errorMessage()))
                .filesCreated(end.filesCreated() < 0 ? null : end.filesCreated())
                .filesModified(end.filesModified() < 0 ? null : end.filesModified())
                .verdictUntil(end.timeMillis() + horizonMillis)
                .retracted(retracted)
                .seen(story.accepted)
                .notes(account.notes())
                .tags(tags(story, end))
                .callsLeftOut(usage.calls)
                .build();
    }

    /** Returns the tags of a task; the ending's own decide under which values the task counts. */
    private static Map<String, String> tags(TaskStory story, StoryEvent end) {
        Map<String, String> tags = story.tags.values();
        for (int i = 0; i < end.tags().size(); i++) {
            tags.put(end.tags().name(i), end.tags().value(i));
        }
        return tags;
    }

    /** Returns the calls of the task with what the row says about it. */
    TaskHistory history(EventType ending, List<TimelineCall> allCalls) {
        String repo = tags.getOrDefault("repo", "");
        return new TaskHistory(taskId, endedAt, agentId, agentType, repo, ending, seen, allCalls);
    }

    /**
     * Returns the row that retracts an abandonment: the task continued after it was counted as
     * abandoned.
     */
    static TaskRow returned(String taskId, TaskStory story, long horizonMillis) {
        Scope scope = story.abandonedCell(horizonMillis);
        return TaskRowBuilder.builder()
                .taskId(taskId)
                .endedAt(story.abandonedAt)
                .agentId(scope.agentId())
                .agentType(scope.agentType())
                .rootTaskId(taskId)
                .outcome("abandoned")
                .submittedAt(earliest(story, EventType.TASK_SUBMITTED))
                .startedAt(earliest(story, EventType.TASK_STARTED))
                .unpriced(1)
                .verdictUntil(story.abandonedAt)
                .retracted(true)
                .seen(story.accepted)
                .notes(List.of())
                .tags(story.tags.values())
                .build();
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
            case TASK_CANCELLED -> "cancelled";
            default -> "unreported";
        };
    }
}
