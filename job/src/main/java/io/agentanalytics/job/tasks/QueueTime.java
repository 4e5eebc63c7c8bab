package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Pane;
import io.agentanalytics.job.model.QueueChange;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waiting time of a task: from its submission until it was started or ended. It is a function of
 * the task's events, so the emitted changes add up to the same sums for every order of arrival.
 */
record QueueTime(String agentType, long fromMillis, long untilMillis, boolean started) {
    private static final long STILL = Long.MAX_VALUE;

    /**
     * Returns the waiting time of a task, or null if it was never submitted; it ends when the task
     * is abandoned.
     */
    static @Nullable QueueTime of(TaskStory story, long horizonMillis) {
        StoryEvent submitted = null;
        StoryEvent begun = null;
        for (StoryEvent e : story.events.values()) {
            if (e.type() == EventType.TASK_SUBMITTED) {
                submitted = StoryEvent.earlier(submitted, e);
            } else if (e.type() == EventType.TASK_STARTED || e.isEnding()) {
                begun = StoryEvent.earlier(begun, e);
            }
        }
        if (submitted == null) {
            return null;
        }
        long end =
                begun != null ? begun.timeMillis() : story.isAsleep() ? story.abandonedAt : STILL;
        return new QueueTime(
                story.attribution.attributed(submitted, horizonMillis).agentType(),
                submitted.timeMillis(),
                Math.max(end, submitted.timeMillis()),
                begun != null && begun.type() == EventType.TASK_STARTED);
    }

    /** Emits the difference between two waiting times of a task. */
    static void emit(
            @Nullable QueueTime before, @Nullable QueueTime now, Consumer<QueueChange> changes) {
        if (!Objects.equals(before, now)) {
            if (before != null) {
                before.emit(-1, changes);
            }
            if (now != null) {
                now.emit(1, changes);
            }
        }
    }

    private void emit(int sign, Consumer<QueueChange> changes) {
        changes.accept(new QueueChange(agentType, Pane.startOf(fromMillis), sign, 0));
        if (untilMillis != STILL) {
            changes.accept(
                    new QueueChange(
                            agentType, Pane.startOf(untilMillis), -sign, started ? sign : 0));
        }
    }
}
