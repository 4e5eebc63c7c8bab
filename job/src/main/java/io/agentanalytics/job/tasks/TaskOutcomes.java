package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.job.model.OutcomeKind;
import io.agentanalytics.job.model.TaskOutcome;
import io.agentanalytics.job.model.TaskOutcomeBuilder;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Reports the outcome of a task to the alerts whenever an accepted event changes it. An outcome is
 * computed from the events up to its time alone: later ones may or may not have arrived yet.
 */
final class TaskOutcomes {
    /** Time from an ending to its first settlement. */
    private static final long SETTLE_MILLIS = 10_000;

    private final TaskStory story;
    private final long horizonMillis;
    private final Consumer<TaskOutcome> outcomes;

    /**
     * @param horizonMillis time after the ending for which calls count in the cost of the task
     */
    TaskOutcomes(TaskStory story, long horizonMillis, Consumer<TaskOutcome> outcomes) {
        this.story = story;
        this.horizonMillis = horizonMillis;
        this.outcomes = outcomes;
    }

    void emit(TaskEvent event, TaskStory.Change change) {
        if (event.type() == EventType.TASK_STARTED) {
            outcomes.accept(of(OutcomeKind.STARTED, event, story, story.ending() == null ? 0 : 1));
        } else if (isRefusal(event.errorType()) && isRequest(event)) {
            outcomes.accept(of(OutcomeKind.REFUSED, event, story, 0));
        }
        StoryEvent ending = story.ending();
        if (ending != null) {
            emitEnding(ending, event, change);
        }
    }

    /** Returns true for a call, and for the ending of a task that is one request. */
    private boolean isRequest(TaskEvent event) {
        return event.type() == EventType.LLM_CALL
                || (event.type().isEnding()
                        && !event.provider().isEmpty()
                        && story.calls().summary().newest == null);
    }

    private void emitEnding(StoryEvent ending, TaskEvent event, TaskStory.Change change) {
        StoryEvent old = change.endingBefore();
        boolean isOther = old == null || !isSame(old, ending);
        if (old != null && isOther) {
            retract(event.taskId(), old);
        }
        if (isOther || event.type() == EventType.TASK_STARTED) {
            release(OutcomeKind.RELEASED, event.taskId(), ending);
        }
        boolean isBeforeEnding = change.fromMillis() <= ending.timeMillis();
        if (isBeforeEnding) {
            OutcomeKind kind = old == null ? OutcomeKind.ENDED : OutcomeKind.AMENDED;
            outcomes.accept(outcome(kind, event.taskId(), ending, ending.timeMillis()));
        }
        if (isBeforeEnding
                || event.type() == EventType.LLM_CALL
                || event.type() == EventType.TASK_VERDICT) {
            for (long time : settleTimes(ending, change.fromMillis())) {
                outcomes.accept(outcome(OutcomeKind.SETTLED, event.taskId(), ending, time));
            }
        }
    }

    private static boolean isSame(StoryEvent a, StoryEvent b) {
        return a.timeMillis() == b.timeMillis() && a.agentId().equals(b.agentId());
    }

    /** Takes back all outcomes of a former ending. */
    private void retract(String taskId, StoryEvent old) {
        outcomes.accept(bare(OutcomeKind.RETRACTED, taskId, old, old.timeMillis()));
        for (long time : settleTimes(old, old.timeMillis())) {
            outcomes.accept(bare(OutcomeKind.RETRACTED, taskId, old, time));
        }
        release(OutcomeKind.RETRACTED, taskId, old);
    }

    /**
     * Reports the starts that an ending does not end by itself, because they are of another agent
     * or later.
     */
    private void release(OutcomeKind kind, String taskId, StoryEvent ending) {
        for (StoryEvent start : story.events.values()) {
            boolean isOther =
                    !start.agentId().equals(ending.agentId())
                            || start.timeMillis() > ending.timeMillis();
            if (start.type() == EventType.TASK_STARTED && isOther) {
                long time = Math.max(start.timeMillis(), ending.timeMillis());
                outcomes.accept(bare(kind, taskId, start, time));
            }
        }
    }

    /**
     * Returns the times at which calls and verdicts after an ending are applied to the task: 10,
     * 20, 40 and so on seconds after it. There are few of them, because each outcome also changes
     * all later ones.
     *
     * @param fromMillis time (epoch ms) of the earliest change
     */
    private SortedSet<Long> settleTimes(StoryEvent ending, long fromMillis) {
        SortedSet<Long> times = new TreeSet<>();
        addSettleTime(fromMillis, ending, times);
        long last = times.isEmpty() ? ending.timeMillis() : times.last();
        StoryEvent newest = story.calls().summary().newest;
        if (newest != null && newest.timeMillis() > last) {
            for (StoryEvent call : story.calls().all()) {
                addSettleTime(call.timeMillis(), ending, times);
            }
        }
        for (StoryEvent e : story.events.values()) {
            if (e.isVerdict()) {
                addSettleTime(e.timeMillis(), ending, times);
            }
        }
        return times.tailSet(fromMillis);
    }

    private void addSettleTime(long millis, StoryEvent ending, SortedSet<Long> times) {
        long after = millis - ending.timeMillis();
        if (after > 0 && after <= horizonMillis) {
            long step = SETTLE_MILLIS;
            while (step < after) {
                step *= 2;
            }
            times.add(ending.timeMillis() + Math.min(step, horizonMillis));
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
                .agentType(story.attribution.typeOf(e))
                .provider(e.provider())
                .rootTaskId("")
                .error(error(e.errorType()))
                .durationMillis(TaskEvent.ABSENT)
                .costNanos(TaskEvent.ABSENT)
                .tokens(TaskEvent.ABSENT)
                .build();
    }

    /** Returns an outcome without figures, about the agent of an event. */
    private TaskOutcome bare(OutcomeKind kind, String taskId, StoryEvent of, long time) {
        return TaskOutcomeBuilder.builder()
                .kind(kind)
                .timeMillis(time)
                .taskId(taskId)
                .version(story.accepted)
                .agentId(of.agentId())
                .agentType(of.agentType())
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

    /**
     * @param time time of the outcome: that of the ending, or a later one for what came after it
     */
    private TaskOutcome outcome(OutcomeKind kind, String taskId, StoryEvent ending, long time) {
        TaskAccount account = TaskAccount.of(story, ending, time - ending.timeMillis());
        StoryEvent end = account.ending();
        Usage usage = account.usage();
        boolean isSettled = kind == OutcomeKind.SETTLED;
        return TaskOutcomeBuilder.builder()
                .kind(kind)
                .timeMillis(time)
                .taskId(taskId)
                .version(story.accepted)
                .agentId(end.agentId())
                .agentType(end.agentType())
                .provider(end.provider())
                .rootTaskId(end.rootTaskId().isEmpty() ? taskId : end.rootTaskId())
                .succeeded(account.outcome() == EventType.TASK_COMPLETED)
                .failed(account.outcome() == EventType.TASK_FAILED)
                .error(isSettled ? "" : error(end.errorType()))
                .durationMillis(end.durationMillis())
                .costNanos(usage.hasCost() ? usage.costNanos() : TaskEvent.ABSENT)
                .tokens(tokens(usage))
                .unpriced(usage.unpriced)
                .build();
    }
}
