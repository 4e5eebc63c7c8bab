package io.agentanalytics.job.telemetry;

import static io.agentanalytics.contract.Fragment.Role.ACCEPTED;
import static io.agentanalytics.contract.Fragment.Role.SPAWN;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentFields;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventFields;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Assigns the events of a conversation to its turns. A prompt opens a turn, which is a task; its id
 * is the conversation and the time of the prompt. The client reports when a request was accepted
 * and when its response was complete, but not that the two belong together: a call begins with the
 * last request that was accepted before its end, unless that was the request of another call: some
 * transports report no accepted requests.
 */
final class TurnRules implements PartRules {
    private static final int BASE = 36;
    private static final int MAX_PARTS = 5_000;
    private final Consumer<Fragment> lineage;

    /**
     * @param lineage receives each prompt with its turn, and each start of another conversation,
     *     with that conversation as its key and the turn that started it as its name
     */
    TurnRules(Consumer<Fragment> lineage) {
        this.lineage = lineage;
    }

    @Override
    public void accept(Fragment fragment, Moment moment, Map<String, Part> parts) {
        parts.computeIfAbsent(fragment.id(), id -> Part.of(fragment, moment.now()));
    }

    @Override
    public long settle(Moment moment, Map<String, Part> state, Consumer<TaskEvent> out) {
        Map<String, Part> parts = new LinkedHashMap<>(state);
        List<Part> ready = new ArrayList<>();
        long next = NEVER;
        for (Part part : parts.values()) {
            if (part.isWaiting() && !part.is(ACCEPTED)) {
                // A prompt may come in a later batch than its calls.
                long due = moment.due(part, TraceRules.SHORT_MILLIS);
                if (due <= moment.now()) {
                    ready.add(part);
                } else {
                    next = Math.min(next, due);
                }
            }
        }
        ready.sort(Comparator.comparingLong(TurnRules::timeOf));
        emit(ready, parts, state, out);
        PartRules.forget(
                parts,
                state,
                MAX_PARTS,
                part -> part.is(ACCEPTED) || !part.isWaiting(),
                Part::isPrompt);
        return next;
    }

    private void emit(
            List<Part> ready,
            Map<String, Part> parts,
            Map<String, Part> state,
            Consumer<TaskEvent> out) {
        long[] starts = starts(parts);
        for (Part part : ready) {
            String turn = turn(part, starts);
            Part accepted = isUntimedCall(part) ? accepted(part, parts) : null;
            if (accepted != null) {
                Part used = accepted.assigned(turn);
                state.put(used.fragment().id(), used);
                parts.put(used.fragment().id(), used);
            }
            emit(part, turn, accepted, out);
            Part emitted = part.assigned(turn).emitted();
            state.put(part.fragment().id(), emitted);
            parts.put(part.fragment().id(), emitted);
        }
    }

    private static boolean isUntimedCall(Part part) {
        return part.fragment().event() != null
                && part.event().type() == EventType.LLM_CALL
                && part.event().durationMillis() < 0;
    }

    /** Returns the last request accepted before the end of a call, if no other call is its own. */
    private static @Nullable Part accepted(Part call, Map<String, Part> parts) {
        return parts.values().stream()
                .filter(part -> part.is(ACCEPTED))
                .filter(part -> part.fragment().startMillis() <= call.timeMillis())
                .max(Comparator.comparingLong(part -> part.fragment().startMillis()))
                .filter(Part::isWaiting)
                .orElse(null);
    }

    private void emit(Part part, String turn, @Nullable Part accepted, Consumer<TaskEvent> out) {
        if (part.is(SPAWN)) {
            lineage.accept(
                    Fragment.of(SPAWN, part.fragment().name(), part.fragment().id())
                            .name(turn)
                            .build());
            return;
        }
        TaskEventFields fields = TaskEventFields.builder(part.event()).taskId(turn);
        if (accepted != null) {
            fields.durationMillis(part.timeMillis() - accepted.fragment().startMillis());
        }
        TaskEvent event = fields.build();
        out.accept(event);
        if (part.isPrompt()) {
            lineage.accept(FragmentFields.builder(part.fragment()).event(event).build());
        }
    }

    private static long timeOf(Part part) {
        return part.is(SPAWN) ? part.fragment().startMillis() : part.timeMillis();
    }

    /** Returns the times of all prompts in order, including those that were emitted before. */
    private static long[] starts(Map<String, Part> parts) {
        return parts.values().stream()
                .filter(Part::isPrompt)
                .mapToLong(Part::timeMillis)
                .sorted()
                .toArray();
    }

    private static String turn(Part part, long[] starts) {
        String conversation = part.fragment().key();
        if (starts.length == 0) {
            return conversation;
        }
        long start = starts[0];
        for (long time : starts) {
            start = time <= timeOf(part) ? time : start;
        }
        return conversation + "/" + Long.toString(start, BASE);
    }
}
