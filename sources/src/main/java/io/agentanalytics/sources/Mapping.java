package io.agentanalytics.sources;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.Map;

/** Mapping of one record: builds its events and collects them. */
final class Mapping {
    static final String ATTEMPTS = "attempts";
    static final String CALLS = TaskEvent.FAILURES_OF_CALLS;
    private static final long NANOS_PER_MILLI = 1_000_000;
    final OtlpRecord record;
    final Caller caller;
    private final Mapped out;
    private boolean used;

    Mapping(OtlpRecord record, Caller caller, Mapped out) {
        this.record = record;
        this.caller = caller;
        this.out = out;
    }

    /** Returns true if the record became an event or a fragment. */
    boolean isUsed() {
        return used;
    }

    void event(TaskEvent event) throws InvalidEventException {
        used = true;
        out.event(event);
        out.failuresOf(record.client(), event);
    }

    void fragment(Fragment fragment) throws InvalidEventException {
        used = true;
        out.fragment(fragment);
        if (fragment.event() != null) {
            out.failuresOf(record.client(), fragment.event());
        }
    }

    /** Adds an event, and notes in its session that its task is active. */
    void inSession(TaskEvent event) throws InvalidEventException {
        event(event);
        String session = event.tags().getOrDefault("session", "");
        // The end of a sub-agent is reported.
        if (!session.isEmpty() && event.parentTaskId().isEmpty()) {
            fragment(
                    Fragment.of(Fragment.Role.ACTIVITY, session, event.eventId())
                            .event(event)
                            .build());
        }
    }

    /** Notes that the provider withheld the answer of a call that a later record reports. */
    void refused(String callId) {
        used = true;
        out.refused(callId);
    }

    boolean isRefused(String callId) {
        return out.isRefused(callId);
    }

    /** Starts an event of this record at the time of a log record. */
    TaskEventBuilder logged(EventType type, String eventId, Task task)
            throws InvalidEventException {
        return at(type, eventId, task, record.timeNanos());
    }

    /** Starts an event of this record. */
    TaskEventBuilder at(EventType type, String eventId, Task task, long nanos)
            throws InvalidEventException {
        if (nanos <= 0) {
            throw new InvalidEventException(
                    RejectCode.BAD_TIME,
                    "The record has no time; set the end of a span, or the time of a log record.");
        }
        String id = Names.id(task.id());
        if (id.isEmpty()) {
            throw new InvalidEventException(
                    RejectCode.MISSING_FIELD,
                    "The record names neither a task nor a session; set the id of one.");
        }
        var event =
                new TaskEventBuilder(
                                type,
                                Names.id(eventId),
                                Instant.ofEpochMilli(millis(nanos)),
                                id,
                                Identity.agent(record, caller, task.agent()))
                        .agentType(task.agentType())
                        .tags(task.tags());
        String parent = Names.id(task.parent());
        return parent.isEmpty() ? event : event.lineage(parent, parent);
    }

    static long millis(long nanos) {
        return nanos / NANOS_PER_MILLI;
    }

    /**
     * Task of a record.
     *
     * @param agent name of the agent within the client; empty for the client itself
     * @param parent task that started this one; empty for none
     */
    record Task(
            String id, String agent, String agentType, String parent, Map<String, String> tags) {}
}
