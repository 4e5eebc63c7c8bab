package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Pane;
import io.agentanalytics.job.model.QueueChange;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How long a task waited: from its submission until it was started or ended. A function of the
 * story's events, so what two orders of arrival tell adds up to the same.
 */
record QueueTime(String agentType, long fromMillis, long untilMillis, boolean started) {
    private static final long STILL = Long.MAX_VALUE;

    /** Whether an event can change how long a task waited. */
    static boolean matters(EventType type) {
        return type == EventType.TASK_SUBMITTED
                || type == EventType.TASK_STARTED
                || type.isEnding();
    }

    /**
     * The waiting of a task, or null if it was never submitted; it ends when the task is given up.
     */
    static @Nullable QueueTime of(TaskStory story, long horizonMillis) {
        StoryEvent submitted = null;
        StoryEvent begun = null;
        for (StoryEvent e : story.events.values()) {
            if (e.type() == EventType.TASK_SUBMITTED) {
                submitted = earlier(submitted, e);
            } else if (e.type() == EventType.TASK_STARTED || e.isEnding()) {
                begun = earlier(begun, e);
            }
        }
        if (submitted == null) {
            return null;
        }
        long end =
                begun != null ? begun.timeMillis() : story.isAsleep() ? story.abandonedAt : STILL;
        return new QueueTime(
                story.typed(submitted, horizonMillis).agentType(),
                submitted.timeMillis(),
                Math.max(end, submitted.timeMillis()),
                begun != null && begun.type() == EventType.TASK_STARTED);
    }

    private static StoryEvent earlier(@Nullable StoryEvent a, StoryEvent b) {
        return a == null || StoryEvent.MOMENT.compare(b, a) < 0 ? b : a;
    }

    /** Tells the difference between two states of knowledge. */
    static void tell(
            @Nullable QueueTime before, @Nullable QueueTime now, Consumer<QueueChange> changes) {
        if (!Objects.equals(before, now)) {
            if (before != null) {
                before.tell(-1, changes);
            }
            if (now != null) {
                now.tell(1, changes);
            }
        }
    }

    private void tell(int sign, Consumer<QueueChange> changes) {
        changes.accept(new QueueChange(agentType, Pane.startOf(fromMillis), sign, 0));
        if (untilMillis != STILL) {
            changes.accept(
                    new QueueChange(
                            agentType, Pane.startOf(untilMillis), -sign, started ? sign : 0));
        }
    }
}
