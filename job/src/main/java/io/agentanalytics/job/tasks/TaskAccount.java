package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The balance of a task that ended: its outcome as the greatest verdict has it, and what it used.
 * Events later than the ending by more than the horizon are not in it.
 */
record TaskAccount(
        StoryEvent ending, EventType outcome, Usage usage, @Nullable StoryEvent newestCall) {

    static TaskAccount of(StoryEvent ending, Collection<StoryEvent> events, long horizonMillis) {
        Usage usage = new Usage();
        StoryEvent judge = null;
        StoryEvent newestCall = null;
        for (StoryEvent e : events) {
            if (e.timeMillis() - ending.timeMillis() > horizonMillis) {
                continue;
            }
            if (e.isVerdict()) {
                judge = later(judge, e);
            } else if (e.isCall()) {
                usage.add(e);
                newestCall = later(newestCall, e);
            }
        }
        usage.overrideBy(ending);
        return new TaskAccount(ending, outcome(ending, judge), usage, newestCall);
    }

    private static EventType outcome(StoryEvent ending, @Nullable StoryEvent judge) {
        if (judge == null) {
            return ending.type();
        }
        return judge.success() ? EventType.TASK_COMPLETED : EventType.TASK_FAILED;
    }

    private static StoryEvent later(@Nullable StoryEvent a, StoryEvent b) {
        return a == null || StoryEvent.MOMENT.compare(b, a) > 0 ? b : a;
    }

    /** A task without calls whose ending names a provider is one request. */
    boolean isRequest() {
        return usage.calls == 0 && !ending.provider().isEmpty();
    }
}
