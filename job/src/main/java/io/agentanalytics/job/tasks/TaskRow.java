package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.TaskHistory;
import io.agentanalytics.job.model.TaskHistoryBuilder;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Row of the timeline: a task that ended, or one that was counted as abandoned. Times are epoch ms,
 * costs nano-dollars, absent values null.
 *
 * @param endedAt time of the ending, or at which the task was counted as abandoned
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

    /** Time for which an abandoned task may continue, and its row may be retracted. */
    public static final Duration MAY_CONTINUE = Duration.ofMillis(TaskStory.SLEEP_MILLIS);

    private static final String ABANDONED = "abandoned";

    /**
     * Value of {@link #verdictUntil} of an abandoned task: a verdict counts when the task ends,
     * because until then the statistics do not count it among the tasks.
     */
    private static final long NO_VERDICT = Instant.parse("9999-12-31T00:00:00Z").toEpochMilli();

    /** Returns true for the row of an abandoned task, also if it is retracted. */
    public boolean isAbandoned() {
        return outcome.equals(ABANDONED);
    }

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

    /**
     * Returns the row of a task that is counted as abandoned, without its calls. Its time and its
     * agent are those of the count.
     */
    static TaskRow abandoned(String taskId, TaskStory story, long timeMillis, long horizonMillis) {
        StoryEvent end = story.silence(timeMillis, horizonMillis);
        TaskAccount account = TaskAccount.of(story, end, horizonMillis);
        return TaskRowBuilder.builder(of(taskId, story, account, horizonMillis, false))
                .outcome(ABANDONED)
                .verdictUntil(NO_VERDICT)
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
        return TaskHistoryBuilder.builder()
                .taskId(taskId)
                .endedAt(endedAt)
                .agentId(agentId)
                .agentType(agentType)
                .repo(tags.getOrDefault("repo", ""))
                .ending(ending)
                .seen(seen)
                .calls(allCalls)
                .build();
    }

    /**
     * Returns the row that retracts that of an abandoned task: the task continued after it was
     * counted.
     */
    static TaskRow returned(String taskId, TaskStory story, long horizonMillis) {
        Scope scope = story.abandonedCell(horizonMillis);
        return TaskRowBuilder.builder()
                .taskId(taskId)
                .endedAt(story.abandonedAt)
                .agentId(scope.agentId())
                .agentType(scope.agentType())
                .rootTaskId(taskId)
                .outcome(ABANDONED)
                .submittedAt(earliest(story, EventType.TASK_SUBMITTED))
                .startedAt(earliest(story, EventType.TASK_STARTED))
                .unpriced(1)
                .verdictUntil(NO_VERDICT)
                .retracted(true)
                .seen(story.accepted + 1) // newer than the row of the abandoned task
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
