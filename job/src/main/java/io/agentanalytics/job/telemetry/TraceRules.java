package io.agentanalytics.job.telemetry;

import static io.agentanalytics.contract.Fragment.Role.AGENT;
import static io.agentanalytics.contract.Fragment.Role.CALL;
import static io.agentanalytics.contract.Fragment.Role.PROMPT;
import static io.agentanalytics.contract.Fragment.Role.STEP;
import static io.agentanalytics.contract.Fragment.Role.TOOL;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import io.agentanalytics.job.telemetry.SpanTree.Path;
import io.agentanalytics.job.telemetry.SpanTree.PathEnd;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the calls of a trace to agents. A call belongs to the nearest agent above it, and an
 * agent within an agent is a task within a task. The topmost agent's task is the trace; if there
 * are several, or its ancestors are not known, the task is the trace and the span.
 *
 * <p>Parents end after their children and arrive later. A call that names its agent or conversation
 * waits {@link #SHORT_MILLIS}, so that figures of providers are up to date; any other call waits
 * {@link #LONG_MILLIS}. After that, it is counted with what is known.
 */
final class TraceRules implements PartRules {
    static final long SHORT_MILLIS = 2_000;
    static final long LONG_MILLIS = 15_000;

    /** Delay that lets all spans of one batch arrive before they are evaluated. */
    static final long BATCH_MILLIS = 250;

    private static final int MAX_SPANS = 2_000;

    private final long silenceMillis;
    private final long latenessMillis;
    private final Runnable incomplete;
    private final Runnable joined;

    /**
     * @param silenceMillis after which a trace ends whose beginning is not known
     * @param latenessMillis maximum lateness of an event
     * @param incomplete counts calls whose ancestors are not known
     * @param joined counts calls that are not emitted because another span reports them
     */
    TraceRules(long silenceMillis, long latenessMillis, Runnable incomplete, Runnable joined) {
        this.silenceMillis = silenceMillis;
        this.latenessMillis = latenessMillis;
        this.incomplete = incomplete;
        this.joined = joined;
    }

    @Override
    public void accept(Fragment fragment, Moment moment, Map<String, Part> parts) {
        // No limit here: the size of a map in state takes a pass over it, and each settlement
        // forgets the oldest spans.
        parts.putIfAbsent(idOf(fragment), Part.of(fragment, moment.now()));
    }

    private static String idOf(Fragment fragment) {
        return fragment.role() == PROMPT ? idOfPrompt(fragment.id()) : fragment.id();
    }

    /** Returns the key in state of the prompt of a span; earlier versions knew one of a trace. */
    private static String idOfPrompt(String span) {
        return span.equals(Fragment.PROMPT) ? PROMPT.name() : PROMPT.name() + "/" + span;
    }

    @Override
    public long settle(Moment moment, Map<String, Part> state, Consumer<TaskEvent> out) {
        return new Trace(moment, state, out).settle();
    }

    /** The trace during one evaluation; reads the state once. */
    private final class Trace {
        private final Moment moment;
        private final Map<String, Part> state;
        private final Consumer<TaskEvent> out;
        private final Map<String, Part> spans;
        private final SpanTree tree;
        private final CallReports reports;
        private final AgentOutcome outcome;
        private final List<String> agents = new ArrayList<>();
        private long next = NEVER;

        Trace(Moment moment, Map<String, Part> state, Consumer<TaskEvent> out) {
            this.moment = moment;
            this.state = state;
            this.out = out;
            this.spans = new LinkedHashMap<>(state);
            this.tree = new SpanTree(spans);
            this.reports = new CallReports(tree);
            this.outcome = new AgentOutcome(tree);
        }

        long settle() {
            List<Part> waiting = spans.values().stream().filter(Part::isWaiting).toList();
            waiting.stream().filter(part -> part.is(AGENT)).forEach(this::place);
            waiting.stream().filter(part -> part.is(CALL) || part.is(TOOL)).forEach(this::call);
            agents.forEach(this::ending);
            entry();
            PartRules.forget(
                    spans,
                    state,
                    MAX_SPANS,
                    part ->
                            part.is(STEP)
                                    || part.is(PROMPT)
                                    || (!part.isWaiting() && !isTrace(part)),
                    part -> part.is(AGENT) || part.is(PROMPT));
            return next;
        }

        /** Returns true for the agent whose task is the trace itself. */
        private static boolean isTrace(Part part) {
            return part.is(AGENT) && part.task().equals(part.fragment().key());
        }

        /** Assigns a task to an agent whose place is known, or that has waited. */
        private void place(Part part) {
            Fragment span = part.fragment();
            Path path = tree.pathOf(span);
            long due;
            if (part.event().agentType().equals(ClientNames.CLAUDE_CODE)) {
                boolean isKnown =
                        spans.containsKey(PROMPT.name())
                                || spans.containsKey(idOfPrompt(span.id()));
                due = isKnown ? 0 : moment.quiet(LONG_MILLIS);
            } else if (span.parentId().isEmpty() || path.isComplete()) {
                due = topmostDue(part, path);
            } else {
                due = moment.quiet(LONG_MILLIS);
            }
            if (isDue(due)) {
                assign(span.id(), part, path);
            }
        }

        /**
         * Returns when the topmost agent of a path gets its task. Agents below it get theirs at the
         * same time, since their events name its task as their root.
         */
        private long topmostDue(Part part, Path path) {
            Part top =
                    path.agents().isEmpty()
                            ? part
                            : get(path.agents().get(path.agents().size() - 1));
            boolean isAtRoot = top.fragment().parentId().isEmpty();
            return isAtRoot || !top.isWaiting() ? 0 : moment.due(top, SHORT_MILLIS);
        }

        private String assign(String id, Part part, Path path) {
            boolean own = path.agents().isEmpty() && isOwner(part, path);
            String task = own ? part.fragment().key() : part.fragment().key() + "/" + id;
            if (part.event().agentType().equals(ClientNames.CLAUDE_CODE)) {
                task = promptOf(id, task);
            }
            put(id, part.assigned(task));
            agents.add(id);
            return task;
        }

        /** Returns the prompt whose log records name a span, or else the only one of the trace. */
        private String promptOf(String span, String otherwise) {
            Part own = spans.get(idOfPrompt(span));
            if (own != null) {
                return own.fragment().name();
            }
            List<String> prompts =
                    spans.values().stream()
                            .filter(part -> part.is(PROMPT))
                            .map(part -> part.fragment().name())
                            .distinct()
                            .toList();
            return prompts.size() == 1 ? prompts.get(0) : otherwise;
        }

        /**
         * Returns true if the task of a topmost agent is the trace itself: no other agent has that
         * task, and the agent begins at the root of the trace, or calls of it were counted there
         * while it ran.
         */
        private boolean isOwner(Part part, Path path) {
            Fragment span = part.fragment();
            boolean isAtRoot =
                    path.end() == PathEnd.ROOT && (span.parentId().isEmpty() || isOnlyTop(span));
            return spans.values().stream().noneMatch(Trace::isTrace)
                    && (isAtRoot || (path.isComplete() && hasCallOfTrace(part)));
        }

        /** Returns true if a call below an agent was counted in the task of the trace. */
        private boolean hasCallOfTrace(Part agent) {
            return spans.values().stream()
                    .filter(part -> part.is(CALL) && part.task().equals(agent.fragment().key()))
                    .anyMatch(part -> tree.isBelow(part, agent));
        }

        private boolean isOnlyTop(Fragment span) {
            return spans.values().stream()
                    .filter(other -> other.is(AGENT) && !other.fragment().id().equals(span.id()))
                    .noneMatch(other -> tree.pathOf(other.fragment()).agents().isEmpty());
        }

        private void call(Part part) {
            Fragment span = part.fragment();
            Path path = tree.pathOf(span);
            Part nearest = path.nearest(spans);
            if (!isSettled(part, path, nearest)) {
                return;
            }
            if (reports.isReported(part)) {
                joined.run();
                put(span.id(), part.assigned(CallReports.JOINED).emitted());
                return;
            }
            String task = span.key();
            String name = span.name();
            if (nearest != null) {
                Fragment agent = nearest.fragment();
                Path above = tree.pathOf(agent);
                task = nearest.isWaiting() ? assign(agent.id(), nearest, above) : nearest.task();
                name = name.isEmpty() ? agent.name() : name;
            } else if (!path.isComplete()) {
                incomplete.run();
            }
            put(span.id(), part.assigned(task).emitted());
            out.accept(lineage(named(part.event(), task, name), path, 1).build());
        }

        /** Returns true if the task of a call is known, or the call has waited. */
        private boolean isSettled(Part part, Path path, @Nullable Part nearest) {
            Fragment span = part.fragment();
            if (span.isSum() && !isDue(moment.due(part, SHORT_MILLIS))) {
                return false;
            }
            // The process that called a tool of this one may also report the call.
            boolean isServed = part.is(TOOL) && path.end() == PathEnd.REMOTE;
            return (nearest != null && !nearest.isWaiting())
                    || (path.isComplete() && path.agents().isEmpty() && !isServed)
                    || isDue(moment.due(part, span.isQuick() ? SHORT_MILLIS : LONG_MILLIS));
        }

        /**
         * Emits the start and the end of an agent's task. A span is sent when it ends; the start of
         * a long one would be too late, and its end has the duration.
         */
        private void ending(String id) {
            Part part = get(id);
            Fragment span = part.fragment();
            Path path = tree.pathOf(span);
            TaskEventFields named = named(part.event(), part.task(), span.name());
            TaskEvent end = lineage(outcome.of(named, part), path, 0).build();
            if (span.startMillis() >= 0 && end.timeMillis() - span.startMillis() < latenessMillis) {
                out.accept(
                        TaskEventFields.builder(end)
                                .type(EventType.TASK_STARTED)
                                .eventId(end.eventId().replace("/ended", "/started"))
                                .timeMillis(span.startMillis())
                                .durationMillis(TaskEvent.ABSENT)
                                .errorType("")
                                .build());
            }
            out.accept(end);
            put(id, part.emitted());
        }

        /**
         * Ends the task of calls that no agent covers, with the span at which the trace begins. If
         * that is not certain, because another service may have called it, or spans are missing, it
         * ends the task only after a silence: a running agent may be above the calls.
         */
        private void entry() {
            Part first =
                    spans.values().stream()
                            .filter(this::isEntry)
                            .max(
                                    Comparator.comparing(Trace::isRoot)
                                            .thenComparingLong(Part::timeMillis))
                            .orElse(null);
            if (first == null || spans.values().stream().anyMatch(Trace::forbidsEntry)) {
                return;
            }
            String task = first.fragment().key();
            List<Part> calls =
                    spans.values().stream()
                            .filter(part -> part.is(CALL) && part.task().equals(task))
                            .toList();
            boolean isCertain =
                    isRoot(first)
                            && calls.stream().allMatch(c -> tree.pathOf(c.fragment()).isComplete());
            long due = isCertain ? moment.due(first, SHORT_MILLIS) : moment.quiet(silenceMillis);
            if (!calls.isEmpty() && isDue(due)) {
                put(first.fragment().id(), first.assigned(task));
                ending(first.fragment().id());
            }
        }

        /** Returns true for a span with an ending, below no other known one. */
        private boolean isEntry(Part part) {
            return part.is(STEP)
                    && part.isWaiting()
                    && part.timeMillis() >= 0
                    && part.event().type().isEnding()
                    && !spans.containsKey(part.fragment().parentId());
        }

        /** Returns true if the task of the trace has its ending, or may still get another one. */
        private static boolean forbidsEntry(Part part) {
            return part.is(STEP)
                    ? !part.isWaiting()
                    : isTrace(part) || (part.isWaiting() && (part.is(AGENT) || part.is(CALL)));
        }

        private static boolean isRoot(Part part) {
            return part.fragment().parentId().isEmpty();
        }

        private TaskEventFields named(TaskEvent event, String task, String name) {
            return TaskEventFields.builder(event)
                    .taskId(task)
                    .agentId(name.isEmpty() ? event.agentId() : event.agentId() + "/" + name);
        }

        /** Sets parent and root, which are the agents above the own one. */
        private TaskEventFields lineage(TaskEventFields event, Path path, int own) {
            if (path.agents().size() <= own) {
                return event;
            }
            Part parent = get(path.agents().get(own));
            Part root = get(path.agents().get(path.agents().size() - 1));
            return parent.isWaiting() || root.isWaiting()
                    ? event
                    : event.parentTaskId(parent.task()).rootTaskId(root.task());
        }

        private boolean isDue(long time) {
            if (time <= moment.now()) {
                return true;
            }
            next = Math.min(next, time);
            return false;
        }

        private Part get(String id) {
            return Objects.requireNonNull(spans.get(id));
        }

        private void put(String id, Part part) {
            spans.put(id, part);
            state.put(id, part);
        }
    }
}
