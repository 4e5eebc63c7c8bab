package io.agentanalytics.job.tasks;

import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.TaskInFlight;
import io.agentanalytics.job.model.TaskInFlight.Phase;
import io.agentanalytics.job.model.TaskInFlightBuilder;
import java.util.function.Consumer;

/**
 * View of a task for budgets: whether it is in flight, at which agent, and its cost so far. Taken
 * before an event and compared after it, so that only changes are emitted.
 */
record InFlight(boolean open, boolean ended, String agentId, long spentNanos) {

    static InFlight of(TaskStory story, long horizonMillis) {
        return new InFlight(
                isKnown(story), story.ending() != null, story.opener, spent(story, horizonMillis));
    }

    /** A task of which only a verdict or the start of a call is known is not in flight. */
    private static boolean isKnown(TaskStory story) {
        return !story.isAsleep()
                && (story.calls().summary().newest != null
                        || story.pastCall != null
                        || story.events.values().stream().anyMatch(e -> !e.isVerdict()));
    }

    /** Returns the cost of the requests of a task, as budgets count it. */
    private static long spent(TaskStory story, long horizonMillis) {
        Usage calls = story.calls().summary().usage;
        if (calls.calls > 0 || story.past != null) {
            return calls.costNanos() + (story.past == null ? 0 : story.past.costNanos());
        }
        TaskAccount account = story.account(horizonMillis);
        return account != null && account.isRequest()
                ? Math.max(0, account.ending().costNanos())
                : 0;
    }

    /**
     * Emits the record of a task, if it changed since. Until its opening is known, a task belongs
     * to the agent of its newest event, and leaves the one before.
     */
    void emit(String taskId, TaskStory story, long horizonMillis, Consumer<TaskInFlight> out) {
        InFlight now = of(story, horizonMillis);
        boolean moved = open && !agentId.equals(now.agentId);
        if (moved) {
            out.accept(abandoned(taskId, agentId, story, horizonMillis));
        }
        if (now.open && !now.equals(this)) {
            StoryEvent latest = story.latest(horizonMillis);
            StoryEvent ending = story.ending();
            Phase phase = ending == null ? Phase.OPEN : Phase.ENDED;
            long time = ending == null ? latest.timeMillis() : ending.timeMillis();
            boolean known = story.calls().summary().usage.unpriced == 0;
            out.accept(
                    TaskInFlightBuilder.builder()
                            .taskId(taskId)
                            .agentId(story.opener)
                            .scope(scope(story, latest))
                            .tags(latest.tags())
                            .phase(phase)
                            .timeMillis(time)
                            .spentNanos(now.spentNanos)
                            .known(known)
                            .first(!open || moved || ended != now.ended)
                            .build());
        }
    }

    /** Returns the record of a task that was abandoned. */
    static TaskInFlight abandoned(String taskId, TaskStory story, long horizonMillis) {
        return abandoned(taskId, story.opener, story, horizonMillis);
    }

    private static TaskInFlight abandoned(
            String taskId, String agentId, TaskStory story, long horizonMillis) {
        StoryEvent latest = story.latest(horizonMillis);
        return TaskInFlightBuilder.builder()
                .taskId(taskId)
                .agentId(agentId)
                .scope(scope(story, latest))
                .tags(latest.tags())
                .phase(Phase.ABANDONED)
                .timeMillis(latest.timeMillis())
                .spentNanos(spent(story, horizonMillis))
                .known(true)
                .build();
    }

    private static Scope scope(TaskStory story, StoryEvent latest) {
        StoryEvent call = story.calls().summary().newest;
        StoryEvent served = latest.provider().isEmpty() && call != null ? call : latest;
        return Scope.cell(story.opener, latest.agentType(), served.provider(), served.model());
    }
}
