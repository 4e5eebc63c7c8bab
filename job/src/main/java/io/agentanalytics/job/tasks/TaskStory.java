package io.agentanalytics.job.tasks;

import static io.agentanalytics.contract.Figure.*;

import io.agentanalytics.contract.ErrorClass;
import io.agentanalytics.contract.EventType;
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
        replace(known == null ? null : ofCall(known), ofCall(event), changes);
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

    private static @Nullable Change ofCall(StoryEvent e) {
        if (!e.isCall()) {
            return null;
        }
        Tally tally = new Tally();
        request(e, tally);
        return new Change(cell(e), e.timeMillis(), tally.asOneChange());
    }

    private @Nullable Change ofEnding(long horizonMillis) {
        TaskAccount account = account(horizonMillis);
        if (account == null) {
            return null;
        }
        StoryEvent end = account.ending();
        Tally tally = new Tally().add(TASKS, 1).add(outcome(account.outcome()), 1);
        task(account.usage(), end, tally);
        if (account.isRequest()) {
            request(end, tally);
        }
        return new Change(cell(end), end.timeMillis(), tally.asOneChange());
    }

    private static Figure outcome(EventType outcome) {
        return switch (outcome) {
            case TASK_COMPLETED -> TASKS_SUCCEEDED;
            case TASK_FAILED -> TASKS_FAILED;
            default -> TASKS_CANCELLED;
        };
    }

    private static void task(Usage usage, StoryEvent end, Tally tally) {
        tally.add(TASKS_WITH_TOKENS, usage.withTokens > 0 ? 1 : 0)
                .add(TASK_INPUT_TOKENS, usage.input)
                .add(TASK_CACHED_INPUT_TOKENS, usage.cachedInput)
                .add(TASK_CACHE_WRITE_TOKENS, usage.cacheWrite)
                .add(TASK_OUTPUT_TOKENS, usage.output)
                .add(TASK_REASONING_TOKENS, usage.reasoning)
                .add(TASK_COST_REPORTED, usage.reported)
                .add(TASK_COST_PRICED, usage.priced)
                .add(TASK_REQUESTS_UNPRICED, usage.unpriced)
                .add(TASK_FILES_CREATED, Math.max(0, end.filesCreated()))
                .add(TASK_FILES_MODIFIED, Math.max(0, end.filesModified()));
        if (end.durationMillis() >= 0) {
            tally.add(TASKS_TIMED, 1).add(TASK_DURATION_MS, end.durationMillis());
            tally.taskDuration().add(end.durationMillis());
        }
    }

    private static void request(StoryEvent e, Tally tally) {
        tally.add(REQUESTS, 1)
                .add(REQUESTS_WITH_TOKENS, e.hasTokens() ? 1 : 0)
                .add(REQUEST_INPUT_TOKENS, Math.max(0, e.inputTokens()))
                .add(REQUEST_CACHED_INPUT_TOKENS, Math.max(0, e.cachedInputTokens()))
                .add(REQUEST_CACHE_WRITE_TOKENS, Math.max(0, e.cacheWriteTokens()))
                .add(REQUEST_OUTPUT_TOKENS, Math.max(0, e.outputTokens()))
                .add(REQUEST_REASONING_TOKENS, Math.max(0, e.reasoningTokens()))
                .add(REQUEST_COST_REPORTED, Math.max(0, e.reportedNanos()))
                .add(REQUESTS_UNPRICED, e.hasCost() ? 0 : 1);
        if (e.reportedNanos() < 0) {
            tally.add(REQUEST_COST_PRICED, Math.max(0, e.pricedNanos()));
        }
        if (e.failed()) {
            tally.add(REQUESTS_FAILED, 1).add(Figure.errors(ErrorClass.of(e.errorType())), 1);
        }
        if (e.durationMillis() >= 0) {
            tally.add(REQUESTS_TIMED, 1).add(REQUEST_DURATION_MS, e.durationMillis());
            tally.requestLatency().add(e.durationMillis());
        }
    }

    private static Scope cell(StoryEvent e) {
        return Scope.cell(e.agentId(), e.agentType(), e.provider(), e.model());
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
        return new Change(scope, timeMillis, new Tally().add(TASKS_ABANDONED, 1).asOneChange());
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
