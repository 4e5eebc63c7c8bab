package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.TaskEventFields;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Calls of all files of a client, one by the provider's id. Records with one id are one call: the
 * fullest is kept, and it belongs to the turn of the lowest rank, so that copies in the files of
 * forks count once and where they were made.
 */
final class Calls {
    private final Map<String, Heard> calls = new HashMap<>();

    /**
     * Record of a call.
     *
     * @param usage the call without task, agent and tags of its turn
     * @param rank the lowest of several ranks determines task and time
     * @param complete false if the output is only a lower bound
     */
    record Heard(Turn turn, TaskEvent usage, String rank, boolean complete) {

        Heard with(Heard other) {
            int order = rank.compareTo(other.rank);
            Heard own = order < 0 ? this : other;
            long more = other.usage.tokens().output() - usage.tokens().output();
            TaskEvent fullest = more > 0 ? other.usage : more < 0 ? usage : own.usage;
            long time =
                    order == 0
                            ? Math.max(usage.timeMillis(), other.usage.timeMillis())
                            : own.usage.timeMillis();
            long start = Math.max(startOf(usage), startOf(other.usage));
            long duration = start < 0 ? TaskEvent.ABSENT : Math.max(0, time - start);
            return new Heard(
                    own.turn,
                    TaskEventFields.builder(fullest)
                            .eventId(own.usage.eventId())
                            .timeMillis(time)
                            .durationMillis(duration)
                            .build(),
                    own.rank,
                    complete || other.complete);
        }

        private static long startOf(TaskEvent call) {
            return call.durationMillis() < 0 ? -1 : call.timeMillis() - call.durationMillis();
        }
    }

    void add(String id, Heard call) {
        call.turn().seen(call.usage().timeMillis());
        calls.merge(id, call, Heard::with);
    }

    /** Returns the events of the calls and of their turns, and of further turns with prompts. */
    List<TaskEvent> events(Collection<Turn> prompts, long now) {
        Set<Turn> turns = new HashSet<>(prompts.stream().filter(Turn::isHuman).toList());
        List<TaskEvent> events = new ArrayList<>();
        for (Heard call : calls.values()) {
            turns.add(call.turn());
            events.add(call.turn().call(call.usage(), call.complete()));
        }
        turns.forEach(turn -> events.addAll(turn.frame(now)));
        return events;
    }

    /** Begins a call as it is kept here: its turn is added at the end. */
    static TaskEventFields usage(String eventId, long time, String model) {
        String name = Models.plain(model);
        return TaskEventFields.builder(
                        new TaskEventBuilder(
                                        EventType.LLM_CALL,
                                        eventId,
                                        Instant.ofEpochMilli(time),
                                        "",
                                        "")
                                .build())
                .model(name)
                .provider(Models.provider(name));
    }
}
