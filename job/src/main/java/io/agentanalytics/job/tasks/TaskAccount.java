package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Account of a task that ended: its outcome according to the latest verdict, and its usage.
 * Excludes events later than the ending by more than the horizon.
 *
 * @param ending ending, with missing fields (agent type, lineage, provider, model) filled in from
 *     the task's other events
 */
record TaskAccount(StoryEvent ending, EventType outcome, Usage usage) {

    static TaskAccount of(TaskStory story, StoryEvent ending, long horizonMillis) {
        Reading read = new Reading(story, ending.timeMillis(), horizonMillis);
        StoryEvent whole = read.completed(story.attribution.attributed(ending, horizonMillis));
        read.usage.overrideBy(whole);
        return new TaskAccount(whole, outcome(ending, read.verdict), read.usage);
    }

    /** Returns an event with missing fields filled in from all other events of the task. */
    static StoryEvent completed(TaskStory story, StoryEvent e, long horizonMillis) {
        return new Reading(story, e.timeMillis(), Long.MAX_VALUE)
                .completed(story.attribution.attributed(e, horizonMillis));
    }

    private static EventType outcome(StoryEvent ending, @Nullable StoryEvent verdict) {
        if (verdict == null) {
            return ending.type();
        }
        return verdict.success() ? EventType.TASK_COMPLETED : EventType.TASK_FAILED;
    }

    /**
     * Returns true if the task is one request: it has no calls, and its ending names a provider.
     */
    boolean isRequest() {
        return usage.calls == 0 && !ending.provider().isEmpty();
    }

    /** Returns the corrections that were applied to the figures. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (usage.cachedAdded > 0) {
            notes.add("cached_tokens_added");
        }
        if (usage.reasoningAdded > 0) {
            notes.add("reasoning_tokens_added");
        }
        if (usage.zerosReplaced) {
            notes.add("zeros_replaced");
        }
        if (usage.costDiffers) {
            notes.add("cost_differs_from_calls");
        }
        return notes;
    }

    /**
     * Summary of a task's events, independent of their order: the first event with a field
     * determines it.
     */
    private static final class Reading {
        final Usage usage = new Usage();
        @Nullable StoryEvent verdict;
        @Nullable StoryEvent newestCall;
        private @Nullable StoryEvent child;
        private @Nullable StoryEvent rooted;
        private @Nullable StoryEvent assigned;
        private @Nullable StoryEvent started;
        private boolean tookTime;

        Reading(TaskStory story, long timeMillis, long horizonMillis) {
            newestCall = story.pastCall;
            if (story.past != null) {
                usage.add(story.past);
                tookTime = newestCall != null && newestCall.durationMillis() > 0;
            }
            long until =
                    horizonMillis == Long.MAX_VALUE ? Long.MAX_VALUE : timeMillis + horizonMillis;
            see(story.calls().upTo(until));
            for (StoryEvent e : story.events.values()) {
                if (e.timeMillis() <= until) {
                    see(e);
                }
            }
        }

        private void see(CallSummary calls) {
            usage.add(calls.usage);
            tookTime |= calls.timed > 0;
            newestCall =
                    calls.newest == null ? newestCall : StoryEvent.later(newestCall, calls.newest);
            child = calls.child;
            rooted = calls.rooted;
        }

        private void see(StoryEvent e) {
            child = e.parentTaskId().isEmpty() ? child : StoryEvent.earlier(child, e);
            rooted = e.rootTaskId().isEmpty() ? rooted : StoryEvent.earlier(rooted, e);
            if (e.isVerdict()) {
                verdict = StoryEvent.later(verdict, e);
            } else if (e.isOpening()) {
                assigned = e.provider().isEmpty() ? assigned : StoryEvent.earlier(assigned, e);
                started =
                        e.type() == EventType.TASK_STARTED
                                ? StoryEvent.earlier(started, e)
                                : started;
            }
        }

        StoryEvent completed(StoryEvent end) {
            StoryEvent by = usage.calls > 0 ? newestCall : assigned;
            String provider = by == null ? end.provider() : or(end.provider(), by.provider());
            String model =
                    by != null && by.provider().equals(provider)
                            ? or(end.model(), by.model())
                            : end.model();
            return StoryEventBuilder.builder(end)
                    .parentTaskId(child == null ? "" : or(end.parentTaskId(), child.parentTaskId()))
                    .rootTaskId(rooted == null ? "" : or(end.rootTaskId(), rooted.rootTaskId()))
                    .provider(provider)
                    .model(model)
                    .durationMillis(duration(end))
                    .build();
        }

        private static String or(String own, String other) {
            return own.isEmpty() ? other : own;
        }

        /**
         * Returns the duration. A reported zero is a sender's default if the task's start or calls
         * show otherwise.
         */
        private long duration(StoryEvent end) {
            if (end.durationMillis() != 0) {
                return end.durationMillis();
            }
            long since = started == null ? 0 : end.timeMillis() - started.timeMillis();
            usage.zerosReplaced |= since > 0 || tookTime;
            return since > 0 ? since : tookTime ? TaskEvent.ABSENT : 0;
        }
    }
}
