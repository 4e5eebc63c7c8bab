package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenKind;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.model.TreeChange;
import io.agentanalytics.job.model.TreeChangeBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Changes that one event makes to the tree of its task. Created before the event is accepted,
 * because a task whose parent becomes known moves to another tree with all that it has cost.
 */
final class TreeChanges {
    private final String taskId;
    private final @Nullable Place before;
    private final List<TallyDelta> past;
    private final List<TallyDelta> counted = new ArrayList<>(2);

    /** Tree of a task, and the task above it. */
    private record Place(String root, String parent) {
        /** Returns the place; of several events that name one, the earliest counts. */
        static Place of(String taskId, TaskStory story) {
            CallSummary calls = story.calls().summary();
            StoryEvent child = calls.child;
            StoryEvent rooted = calls.rooted;
            for (StoryEvent e : story.events.values()) {
                child = e.parentTaskId().isEmpty() ? child : StoryEvent.earlier(child, e);
                rooted = e.rootTaskId().isEmpty() ? rooted : StoryEvent.earlier(rooted, e);
            }
            String parent = child == null ? "" : child.parentTaskId();
            String root = rooted == null ? parent : rooted.rootTaskId();
            return new Place(root.isEmpty() ? taskId : root, parent.equals(taskId) ? "" : parent);
        }
    }

    private TreeChanges(String taskId, @Nullable Place before, List<TallyDelta> past) {
        this.taskId = taskId;
        this.before = before;
        this.past = past;
    }

    /** Creates the changes of an event, from the task as it is before the event. */
    static TreeChanges of(TaskEvent event, TaskStory story, long horizonMillis) {
        boolean known = story.events.values().stream().anyMatch(e -> !e.isVerdict());
        if (!known && story.calls().summary().newest == null) {
            return new TreeChanges(event.taskId(), null, List.of());
        }
        Place place = Place.of(event.taskId(), story);
        return new TreeChanges(
                event.taskId(),
                place,
                mayMove(event, place) ? past(story, horizonMillis) : List.of());
    }

    private static boolean mayMove(TaskEvent event, Place place) {
        String root = event.rootTaskId().isEmpty() ? event.parentTaskId() : event.rootTaskId();
        return !root.isEmpty() && !root.equals(place.root());
    }

    /** Returns what was counted for the task so far. */
    private static List<TallyDelta> past(TaskStory story, long horizonMillis) {
        List<TallyDelta> past = new ArrayList<>();
        for (StoryEvent call : story.calls().all()) {
            past.add(Objects.requireNonNull(Contributions.ofCall(call)));
        }
        TaskAccount account = story.account(horizonMillis);
        if (account != null && account.isRequest()) {
            past.add(Contributions.ofEnding(account));
        }
        return past;
    }

    /** Takes a change of the statistics by the event. */
    void count(TallyDelta change) {
        if (change.tally().get(Figure.REQUESTS) != 0 || hasUsage(change.tally())) {
            counted.add(change);
        }
    }

    private static boolean hasUsage(Tally tally) {
        return tally.requestNanos() != 0
                || tally.get(Figure.REQUESTS_UNPRICED) != 0
                || tally.get(Figure.requestTokens(TokenKind.INPUT)) != 0;
    }

    /** Emits the changes, after the event was accepted. */
    void emit(TaskEvent event, TaskStory story, Consumer<TreeChange> out) {
        Place now = Place.of(taskId, story);
        TreeChange seen = seen(event, story, now);
        if (before != null && !before.root().equals(now.root())) {
            move(seen, before, out);
        }
        for (TallyDelta change : counted) {
            out.accept(with(seen, change, 1));
        }
        if (counted.isEmpty()) {
            out.accept(seen);
        }
    }

    private TreeChange seen(TaskEvent event, TaskStory story, Place place) {
        return TreeChangeBuilder.builder()
                .rootTaskId(place.root())
                .taskId(taskId)
                .parentTaskId(place.parent())
                .agentId(event.agentId())
                .agentType(story.attribution.typeOf(event))
                .session(event.tags().getOrDefault("session", ""))
                .timeMillis(event.timeMillis())
                .ended(story.ending() != null)
                .build();
    }

    /** Moves what was counted before this event from the former tree to the current one. */
    private void move(TreeChange seen, Place from, Consumer<TreeChange> out) {
        TreeChange old =
                TreeChangeBuilder.builder(seen)
                        .rootTaskId(from.root())
                        .parentTaskId(from.parent())
                        .left(true)
                        .build();
        out.accept(old);
        for (TallyDelta change : past) {
            out.accept(with(old, change, -1));
            out.accept(with(seen, change, 1));
        }
    }

    private static TreeChange with(TreeChange seen, TallyDelta change, int sign) {
        Tally tally = change.tally();
        return TreeChangeBuilder.builder(seen)
                .timeMillis(change.timeMillis())
                .costNanos(sign * tally.requestNanos())
                .unpriced(sign * tally.get(Figure.REQUESTS_UNPRICED))
                .calls(sign * tally.get(Figure.REQUESTS_WITH_TOKENS))
                .inputTokens(sign * tally.get(Figure.requestTokens(TokenKind.INPUT)))
                .build();
    }
}
