package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeinfo.TypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * State of one task: a function of its set of events, independent of their order.
 *
 * <p>{@link #accept} emits the change of the statistics: new minus old. The sums of these changes
 * are exact and the same for every order of arrival, even with duplicates and contradictions.
 */
@TypeInfo(TaskStorySerializer.TaskStoryTypeInfoFactory.class)
public final class TaskStory {
    static final long NEVER = Long.MIN_VALUE;

    /**
     * Maximum number of events per task; more indicate a mistake of the sender, such as one id for
     * all tasks.
     */
    static final int MAX_EVENTS = 20_000;

    /**
     * Time after its newest event for which an abandoned task may still continue. No task may last
     * longer than this: it is the maximum duration that an event may report.
     */
    static final long SLEEP_MILLIS = 7 * 86_400_000L;

    final Map<String, StoryEvent> events = new HashMap<>();
    TaskPhase phase = TaskPhase.UNKNOWN;
    String opener = "";
    long newest = NEVER;
    long accepted;

    /** True if there was an event other than a verdict; verdicts do not open a task. */
    boolean open;

    long timer = NEVER;

    /**
     * Time (epoch ms) at which the task was counted as abandoned, while it sleeps; otherwise {@link
     * #NEVER}.
     */
    long abandonedAt = NEVER;

    /**
     * Sum of the calls that are no longer kept individually; {@link #pastCall} is the newest of
     * them.
     */
    @Nullable Usage past;

    @Nullable StoryEvent pastCall;

    private @Nullable StoryEvent ending;

    /** First event of each agent that has an agent type. */
    private final Map<String, StoryEvent> types = new HashMap<>(2);

    /** Result of adding an event to a task. */
    enum Reception {
        NEW,
        DUPLICATE,
        OUT_OF_ORDER,
        CONTRADICTION
    }

    /**
     * Adds an event.
     *
     * @param horizonMillis time after the ending for which an event may still change its
     *     contribution
     * @param changes receives the changes of the statistics
     */
    Reception accept(StoryEvent event, long horizonMillis, Consumer<TallyDelta> changes) {
        StoryEvent known = events.get(event.eventId());
        newest = Math.max(newest, event.timeMillis());
        if (known != null && !takesThePlaceOf(known, event, horizonMillis)) {
            return Reception.DUPLICATE;
        }
        Reception reception = receptionOf(event, known);
        boolean touchesEnding = ending != null || event.isEnding();
        TallyDelta ended = touchesEnding ? ofEnding(horizonMillis) : null;
        List<StoryEvent> calls = changesTypes(event, known) ? untypedCalls(event) : List.of();
        List<TallyDelta> counted =
                calls.stream().map(c -> Objects.requireNonNull(ofCall(c, horizonMillis))).toList();
        TallyDelta call = known == null ? null : ofCall(known, horizonMillis);
        put(event, known);
        replace(call, ofCall(event, horizonMillis), changes);
        for (int i = 0; i < calls.size(); i++) {
            replace(counted.get(i), ofCall(calls.get(i), horizonMillis), changes);
        }
        if (touchesEnding) {
            replace(ended, ofEnding(horizonMillis), changes);
        }
        return reception;
    }

    /**
     * Returns true if the event replaces known content. An event that is later by more than the
     * horizon does not: the windows of the known content no longer exist.
     */
    private static boolean takesThePlaceOf(StoryEvent known, StoryEvent event, long horizonMillis) {
        return StoryEvent.CONTENT.compare(known, event) < 0
                && event.timeMillis() - known.timeMillis() <= horizonMillis;
    }

    private @Nullable TallyDelta ofCall(StoryEvent e, long horizonMillis) {
        return Contributions.ofCall(typed(e, horizonMillis));
    }

    /**
     * Returns true if the event, or its replacement of other content, changes the known agent
     * types.
     */
    boolean changesTypes(StoryEvent event, @Nullable StoryEvent known) {
        StoryEvent first = types.get(event.agentId());
        return (known != null && types.containsValue(known))
                || (event.hasType()
                        && (first == null || StoryEvent.MOMENT.compare(event, first) < 0));
    }

    /** Returns the agent type of an event: its own, or the one known so far. */
    String typeOf(TaskEvent event) {
        StoryEvent first = types.get(event.agentId());
        return first == null || !event.agentType().equals(TaskEvent.UNKNOWN_AGENT_TYPE)
                ? event.agentType()
                : first.agentType();
    }

    private List<StoryEvent> untypedCalls(StoryEvent but) {
        return events.values().stream()
                .filter(e -> e.isCall() && !e.hasType() && !e.eventId().equals(but.eventId()))
                .toList();
    }

    /**
     * Returns the event with its agent type, taken from the agent's other events in the task.
     * Excludes events later than the horizon: the windows in which the event counts may no longer
     * exist.
     */
    StoryEvent typed(StoryEvent e, long horizonMillis) {
        StoryEvent first = e.hasType() ? null : types.get(e.agentId());
        return first == null || first.timeMillis() - e.timeMillis() > horizonMillis
                ? e
                : e.ofType(first.agentType());
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
        if (phase == TaskPhase.UNKNOWN && !isAsleep()) {
            opener = event.agentId();
        }
        phase = phase.after(event.type());
        if (known != null && (known.equals(ending) || types.containsValue(known))) {
            noteAll();
        } else {
            note(event);
        }
    }

    void noteAll() {
        ending = null;
        types.clear();
        events.values().forEach(this::note);
    }

    /**
     * Updates the ending and the agent types. The ending is the smallest by (time, event id), so
     * the state is the same for every order.
     */
    private void note(StoryEvent e) {
        if (e.isEnding() && (ending == null || StoryEvent.MOMENT.compare(e, ending) < 0)) {
            ending = e;
        }
        if (e.hasType()) {
            types.merge(e.agentId(), e, (a, b) -> StoryEvent.MOMENT.compare(a, b) <= 0 ? a : b);
        }
    }

    boolean isFull() {
        return events.size() >= MAX_EVENTS;
    }

    /** Records the start of a call: nothing is counted yet, but the task is alive. */
    void callStarted(long timeMillis) {
        newest = Math.max(newest, timeMillis);
        open = true;
    }

    @Nullable StoryEvent ending() {
        return ending;
    }

    /** Returns the current account of the task, or null while it has no ending. */
    @Nullable TaskAccount account(long horizonMillis) {
        return ending == null ? null : TaskAccount.of(this, ending, horizonMillis);
    }

    private @Nullable TallyDelta ofEnding(long horizonMillis) {
        TaskAccount account = account(horizonMillis);
        return account == null ? null : Contributions.ofEnding(account);
    }

    private static void replace(
            @Nullable TallyDelta old, @Nullable TallyDelta now, Consumer<TallyDelta> changes) {
        if (old != null
                && now != null
                && old.timeMillis() == now.timeMillis()
                && old.scope().equals(now.scope())) {
            Tally difference = new Tally().plus(now.tally()).minus(old.tally());
            if (!difference.isZero()) {
                changes.accept(
                        new TallyDelta(now.scope(), now.timeMillis(), difference.asOneChange()));
            }
            return;
        }
        if (old != null) {
            Tally undone = new Tally().minus(old.tally()).asOneChange();
            changes.accept(new TallyDelta(old.scope(), old.timeMillis(), undone));
        }
        if (now != null) {
            changes.accept(now);
        }
    }

    /** Returns true if the task was opened, never ended, and is not counted as abandoned yet. */
    boolean isLost() {
        return ending == null
                && !isAsleep()
                && events.values().stream().anyMatch(StoryEvent::isOpening);
    }

    boolean isAsleep() {
        return abandonedAt != NEVER;
    }

    /**
     * Counts the task as abandoned at a time and puts it to sleep: only the sums of its calls are
     * kept. Duplicates of these calls are too late to be accepted.
     */
    TallyDelta abandon(long timeMillis, long horizonMillis) {
        abandonedAt = timeMillis;
        Tally one = new Tally().add(Figure.TASKS_ABANDONED, 1).asOneChange();
        TallyDelta change = new TallyDelta(givenUpAt(horizonMillis), timeMillis, one);
        foldCalls(horizonMillis);
        phase = TaskPhase.UNKNOWN;
        return change;
    }

    /** Returns the cell of the newest event, in which the task was counted as abandoned. */
    Scope givenUpAt(long horizonMillis) {
        StoryEvent latest =
                typed(
                        Stream.concat(events.values().stream(), Stream.ofNullable(pastCall))
                                .filter(e -> !e.isVerdict())
                                .max(StoryEvent.MOMENT)
                                .orElseThrow(),
                        horizonMillis);
        return Scope.cell(latest.agentId(), latest.agentType(), "", "");
    }

    private void foldCalls(long horizonMillis) {
        Usage sum = past == null ? new Usage() : past;
        List<StoryEvent> calls = events.values().stream().filter(StoryEvent::isCall).toList();
        // Lineage and agent type may be known from calls alone, so the opening events adopt them.
        events.replaceAll(
                (id, e) -> e.isOpening() ? TaskAccount.completed(this, e, horizonMillis) : e);
        for (StoryEvent call : calls) {
            sum.add(call);
            if (pastCall == null || StoryEvent.MOMENT.compare(call, pastCall) > 0) {
                pastCall = typed(call, horizonMillis);
            }
            events.remove(call.eventId());
        }
        past = sum;
        noteAll();
    }

    /** Wakes the task up: it continues and is no longer abandoned. */
    void wake() {
        abandonedAt = NEVER;
        for (StoryEvent e : events.values()) {
            phase = e.isOpening() ? phase.after(e.type()) : phase;
        }
    }

    /**
     * Returns the first watermark at which no event that would change this task can arrive any
     * more.
     */
    long forgetAt(long latenessMillis, long openForMillis) {
        if (ending != null) {
            return Math.max(newest + latenessMillis, ending.timeMillis() + 2 * latenessMillis) + 1;
        }
        long keep = isAsleep() ? SLEEP_MILLIS : open ? openForMillis : latenessMillis;
        return newest + keep + 1;
    }
}
