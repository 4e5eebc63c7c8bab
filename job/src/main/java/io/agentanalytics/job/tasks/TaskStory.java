package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.Change;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one task: a function of its set of events, whatever their order.
 *
 * <p>{@link #accept} hands on how the statistics change: new minus old. Sums of these changes are
 * exact and the same for every order of arrival, with repeats and contradictions.
 */
@TypeInfo(TaskStorySerializer.Factory.class)
public final class TaskStory {
    static final long NEVER = Long.MIN_VALUE;

    /** A task of more events is a mistake of its sender, such as one id for all tasks. */
    static final int MAX_EVENTS = 20_000;

    final Map<String, StoryEvent> events = new HashMap<>();
    TaskPhase phase = TaskPhase.UNKNOWN;
    String opener = "";
    long newest = NEVER;
    long accepted;

    /** Whether there was more than verdicts, which open nothing. */
    boolean open;

    long timer = NEVER;

    private @Nullable StoryEvent ending;

    /** What became of an event that was handed to a story. */
    enum Reception {
        NEW,
        DUPLICATE,
        OUT_OF_ORDER,
        CONTRADICTION
    }

    /**
     * Takes an event in.
     *
     * @param horizonMillis how long after the ending an event may still change what it contributed
     * @param changes gets how the statistics change
     */
    Reception accept(StoryEvent event, long horizonMillis, Consumer<Change> changes) {
        StoryEvent known = events.get(event.eventId());
        newest = Math.max(newest, event.timeMillis());
        if (known != null && StoryEvent.CONTENT.compare(known, event) <= 0) {
            return Reception.DUPLICATE;
        }
        Reception reception = receptionOf(event, known);
        boolean touchesEnding = ending != null || event.isEnding();
        Change before = touchesEnding ? ofEnding(horizonMillis) : null;
        put(event, known);
        replace(
                known == null ? null : Contributions.ofCall(known),
                Contributions.ofCall(event),
                changes);
        if (touchesEnding) {
            replace(before, ofEnding(horizonMillis), changes);
        }
        return reception;
    }

    private Reception receptionOf(StoryEvent event, @Nullable StoryEvent known) {
        if (known != null) {
            return Reception.DUPLICATE;
        }
        if (event.isEnding() && phase == TaskPhase.ENDED) {
            return Reception.CONTRADICTION;
        }
        return phase.allows(event.type()) ? Reception.NEW : Reception.OUT_OF_ORDER;
    }

    void put(StoryEvent event, @Nullable StoryEvent known) {
        events.put(event.eventId(), event);
        accepted++;
        open |= !event.isVerdict();
        if (phase == TaskPhase.UNKNOWN) {
            opener = event.agentId();
        }
        phase = phase.after(event.type());
        if (known != null) {
            ending = null;
            events.values().forEach(this::noteEnding);
        } else {
            noteEnding(event);
        }
    }

    /** The ending is the least by (time, event id); a story reads the same in every order. */
    void noteEnding(StoryEvent e) {
        if (e.isEnding() && (ending == null || StoryEvent.MOMENT.compare(e, ending) < 0)) {
            ending = e;
        }
    }

    boolean isFull() {
        return events.size() >= MAX_EVENTS;
    }

    /** A call began: nothing to count yet, but the task is alive. */
    void callStarted(long timeMillis) {
        newest = Math.max(newest, timeMillis);
        open = true;
    }

    @Nullable StoryEvent ending() {
        return ending;
    }

    /** The account of the task as of now, or null while it has no ending. */
    @Nullable TaskAccount account(long horizonMillis) {
        return ending == null ? null : TaskAccount.of(ending, events.values(), horizonMillis);
    }

    private @Nullable Change ofEnding(long horizonMillis) {
        TaskAccount account = account(horizonMillis);
        return account == null ? null : Contributions.ofEnding(account);
    }

    private static void replace(
            @Nullable Change old, @Nullable Change now, Consumer<Change> changes) {
        if (old != null
                && now != null
                && old.timeMillis() == now.timeMillis()
                && old.scope().equals(now.scope())) {
            Tally difference = new Tally().plus(now.tally()).minus(old.tally());
            if (!difference.isZero()) {
                changes.accept(new Change(now.scope(), now.timeMillis(), difference.asOneChange()));
            }
            return;
        }
        if (old != null) {
            Tally undone = new Tally().minus(old.tally()).asOneChange();
            changes.accept(new Change(old.scope(), old.timeMillis(), undone));
        }
        if (now != null) {
            changes.accept(now);
        }
    }

    /** A task that was opened and never ended, given up at that time. */
    @Nullable Change abandoned(long timeMillis) {
        boolean opened = events.values().stream().anyMatch(StoryEvent::isOpening);
        if (ending != null || !opened) {
            return null;
        }
        StoryEvent latest =
                Objects.requireNonNull(
                        events.values().stream().max(StoryEvent.MOMENT).orElse(null));
        Scope scope = Scope.cell(latest.agentId(), latest.agentType(), "", "");
        return new Change(
                scope, timeMillis, new Tally().add(Figure.TASKS_ABANDONED, 1).asOneChange());
    }

    /**
     * The first watermark at which nothing can arrive any more that this story would have to know.
     */
    long forgetAt(long latenessMillis, long openForMillis) {
        if (ending != null) {
            return Math.max(newest + latenessMillis, ending.timeMillis() + 2 * latenessMillis) + 1;
        }
        return newest + (open ? openForMillis : latenessMillis) + 1;
    }
}
