package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Figure;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskPhase;
import io.agentanalytics.contract.TokenUsage;
import io.agentanalytics.job.model.Scope;
import io.agentanalytics.job.model.Tags;
import io.agentanalytics.job.model.Tally;
import io.agentanalytics.job.model.TallyDelta;
import io.agentanalytics.job.time.Day;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * State of one task: a function of its set of events, independent of their order.
 *
 * <p>{@link #accept} emits the change of the statistics: new minus old. The sums of these changes
 * are exact and the same for every order of arrival, even with duplicates and contradictions.
 */
public final class TaskStory implements StoredStory {
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
    static final long SLEEP_MILLIS = 7 * Day.MILLIS;

    /** Events other than calls, by event id. */
    final Map<String, StoryEvent> events = new HashMap<>();

    private Texts texts = new Texts();
    private TaskCalls calls =
            new TaskCalls(new TaskCalls.InMemory(), texts, new HashMap<>(), new CallSummary());
    TaskPhase phase = TaskPhase.UNKNOWN;
    String opener = "";
    long newest = NEVER;
    long accepted;

    /** True if there was an event other than a verdict; verdicts do not open a task. */
    boolean open;

    /** True if the client reports the starts of calls. */
    boolean reportsCallStarts;

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

    /** Number of calls of tools; their event ids are stored separately. */
    long toolCalls;

    final TaskTags tags = new TaskTags();

    /** True if the row of the task is to be written again. */
    boolean isRowDue;

    private @Nullable StoryEvent ending;

    /** Agent types and tags under which the events count. */
    final Attribution attribution = new Attribution();

    /** Result of adding an event to a task. */
    enum Reception {
        NEW,
        DUPLICATE,
        OUT_OF_ORDER,
        CONTRADICTION
    }

    /**
     * Change of a task by an event.
     *
     * @param first true if the event id was new
     * @param changed false if the event was a duplicate that adds nothing
     * @param fromMillis time (epoch ms) of the event, or of the content that it replaces if that is
     *     earlier
     * @param endingBefore ending before the event
     * @param before account before the event; null without an ending
     * @param after account after the event; null without an ending
     */
    record Change(
            Reception reception,
            boolean first,
            boolean changed,
            long fromMillis,
            @Nullable StoryEvent endingBefore,
            @Nullable TaskAccount before,
            @Nullable TaskAccount after) {}

    TaskStory() {}

    TaskStory(Texts texts, Map<String, byte[]> fewCalls, CallSummary summary) {
        this.texts = texts;
        this.calls = new TaskCalls(new TaskCalls.InMemory(), texts, fewCalls, summary);
    }

    @Override
    public TaskStory story() {
        return this;
    }

    StoredStory stored() throws IOException {
        return ending == null ? this : PackedStory.of(this);
    }

    /** Reads and writes calls in a store from now on. */
    void keepCallsIn(TaskCalls.Store store) {
        calls = calls.in(store);
    }

    TaskCalls calls() {
        return calls;
    }

    Texts texts() {
        return texts;
    }

    @Nullable StoryEvent known(String eventId) {
        StoryEvent known = events.get(eventId);
        return known == null ? calls.get(eventId) : known;
    }

    /**
     * Adds an event.
     *
     * @param horizonMillis time after the ending for which an event may still change its
     *     contribution
     * @param changes receives the changes of the statistics
     */
    Change accept(StoryEvent event, long horizonMillis, Consumer<TallyDelta> changes) {
        StoryEvent known = known(event.eventId());
        newest = Math.max(newest, event.timeMillis());
        StoryEvent oldEnding = ending;
        long from =
                known == null
                        ? event.timeMillis()
                        : Math.min(known.timeMillis(), event.timeMillis());
        if (known != null && !takesThePlaceOf(known, event, horizonMillis)) {
            return new Change(Reception.DUPLICATE, false, false, from, oldEnding, null, null);
        }
        Reception reception = receptionOf(event, known);
        TaskAccount before = account(horizonMillis);
        List<StoryEvent> others =
                attribution.isChangedBy(event, known, calls.summary())
                        ? callsBut(event)
                        : List.of();
        List<TallyDelta> counted =
                others.stream().map(c -> Objects.requireNonNull(ofCall(c, horizonMillis))).toList();
        TallyDelta call = known == null ? null : ofCall(known, horizonMillis);
        put(event, known);
        Contributions.replace(call, ofCall(event, horizonMillis), changes);
        for (int i = 0; i < others.size(); i++) {
            Contributions.replace(counted.get(i), ofCall(others.get(i), horizonMillis), changes);
        }
        TaskAccount after = account(horizonMillis);
        Contributions.replace(ofEnding(before), ofEnding(after), changes);
        return new Change(reception, known == null, true, from, oldEnding, before, after);
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
        return Contributions.ofCall(attribution.attributed(e, horizonMillis));
    }

    private List<StoryEvent> callsBut(StoryEvent other) {
        return calls.all().stream().filter(c -> !c.eventId().equals(other.eventId())).toList();
    }

    private boolean isNoted(StoryEvent e) {
        return e.equals(ending) || attribution.isFrom(e);
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
        boolean wasNoted = known != null && isNoted(known);
        keep(event, known);
        accepted++;
        open |= !event.isVerdict();
        if (phase == TaskPhase.UNKNOWN && !isAsleep()) {
            opener = event.agentId();
        }
        phase = phase.after(event.type());
        if (wasNoted) {
            noteAll();
        } else {
            note(event);
        }
    }

    private void keep(StoryEvent event, @Nullable StoryEvent known) {
        if (event.isCall()) {
            events.remove(event.eventId());
            calls.put(event, known != null && known.isCall() ? known : null);
            return;
        }
        StoryEventCodec.addTexts(event, texts);
        events.put(event.eventId(), event);
        if (known != null && known.isCall()) {
            calls.remove(known);
        }
    }

    private void noteAll() {
        ending = null;
        attribution.clear();
        events.values().forEach(this::note);
        calls.all().forEach(this::note);
    }

    /** Searches the ending among restored events. */
    void noteEnding() {
        for (StoryEvent e : events.values()) {
            if (e.isEnding()) {
                ending = StoryEvent.ending(ending, e);
            }
        }
    }

    /**
     * Updates the ending and the attribution. The ending is the smallest by (time, event id), a
     * reported one before an inferred one, so the state is the same for every order.
     */
    private void note(StoryEvent e) {
        if (e.isEnding()) {
            ending = StoryEvent.ending(ending, e);
        }
        attribution.add(e);
    }

    boolean isFull() {
        return events.size() + calls.summary().usage.calls + toolCalls >= MAX_EVENTS;
    }

    /** Records the start of a call: nothing is counted yet, but the task is alive. */
    void callStarted(long timeMillis) {
        reportsCallStarts = true;
        newest = Math.max(newest, timeMillis);
        open = true;
    }

    /** Records a call of a tool, which is counted but is not a request. */
    void toolCalled(long timeMillis) {
        newest = Math.max(newest, timeMillis);
        open = true;
        accepted++;
        toolCalls++;
    }

    /** Adds the tags of an event; returns true if the tags of the task changed. */
    boolean tagged(TaskEvent event) {
        return tags.add(event.tags(), event.timeMillis(), texts);
    }

    @Nullable StoryEvent ending() {
        return ending;
    }

    /** Returns the current account of the task, or null while it has no ending. */
    @Nullable TaskAccount account(long horizonMillis) {
        return ending == null ? null : TaskAccount.of(this, ending, horizonMillis);
    }

    private static @Nullable TallyDelta ofEnding(@Nullable TaskAccount account) {
        return account == null ? null : Contributions.ofEnding(account);
    }

    /**
     * Returns true if the task was opened or made calls, never ended, and is not counted as
     * abandoned yet.
     */
    boolean isAbandonable() {
        return ending == null && !isAsleep() && (isOpened() || calls.summary().newest != null);
    }

    /** Returns true if the task was submitted or started; others do not sleep. */
    boolean isOpened() {
        return events.values().stream().anyMatch(StoryEvent::isOpening);
    }

    /**
     * Returns true if an event begins another run of the task: it is a call that the row of this
     * run leaves out, because it is later than the ending by more than the horizon.
     */
    boolean isFollowedBy(TaskEvent event, long horizonMillis) {
        return ending != null
                && event.type().isCall()
                && event.timeMillis() > ending.timeMillis() + horizonMillis;
    }

    boolean isAsleep() {
        return abandonedAt != NEVER;
    }

    /**
     * Counts the task as abandoned at a time and puts it to sleep: only the sums of its calls are
     * kept. Duplicates of these calls are too late to be accepted, see {@link #forgetAt}.
     */
    TallyDelta abandon(long timeMillis, long horizonMillis) {
        abandonedAt = timeMillis;
        Tally one = new Tally().add(Figure.TASKS_ABANDONED, 1).asOneChange();
        Tags lastTags = latest(horizonMillis).tags();
        TallyDelta change = new TallyDelta(abandonedCell(horizonMillis), timeMillis, one, lastTags);
        foldCalls(horizonMillis);
        phase = TaskPhase.UNKNOWN;
        return change;
    }

    /** Returns the cell of the newest event, in which the task was counted as abandoned. */
    Scope abandonedCell(long horizonMillis) {
        StoryEvent latest = latest(horizonMillis);
        return Scope.cell(latest.agentId(), latest.agentType(), "", "");
    }

    /** Returns the newest event that is not a verdict. */
    StoryEvent latest(long horizonMillis) {
        return attribution.attributed(
                Stream.of(
                                events.values().stream().filter(e -> !e.isVerdict()),
                                Stream.ofNullable(calls.summary().newest),
                                Stream.ofNullable(pastCall))
                        .flatMap(s -> s)
                        .max(StoryEvent.MOMENT)
                        .orElseThrow(),
                horizonMillis);
    }

    /** Returns the inferred ending of a task that had no events until a time. */
    StoryEvent silence(long timeMillis, long horizonMillis) {
        return StoryEventBuilder.builder(latest(horizonMillis))
                .type(EventType.TASK_ENDED)
                .timeMillis(timeMillis)
                .provider("")
                .model("")
                .durationMillis(TaskEvent.ABSENT)
                .tokens(TokenUsage.ABSENT)
                .reportedNanos(TaskEvent.ABSENT)
                .pricedNanos(TaskEvent.ABSENT)
                .cachedAdded(false)
                .reasoningAdded(false)
                .build();
    }

    private void foldCalls(long horizonMillis) {
        // Lineage and agent type may be known from calls alone, so the opening events adopt them.
        events.replaceAll(
                (id, e) -> e.isOpening() ? TaskAccount.completed(this, e, horizonMillis) : e);
        past = past == null ? new Usage() : past;
        past.add(calls.summary().usage);
        StoryEvent latest = calls.summary().newest;
        if (latest != null && latest.equals(StoryEvent.later(pastCall, latest))) {
            pastCall = attribution.attributed(latest, horizonMillis);
        }
        calls.clear();
        texts.clear();
        events.values().forEach(e -> StoryEventCodec.addTexts(e, texts));
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
        return newest + Math.max(keep, latenessMillis) + 1;
    }
}
