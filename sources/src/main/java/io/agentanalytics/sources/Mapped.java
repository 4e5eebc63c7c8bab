package io.agentanalytics.sources;

import io.agentanalytics.contract.DeadLetterHeaders;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventRules;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentCodec;
import io.agentanalytics.contract.FragmentRules;
import io.agentanalytics.contract.InvalidEventException;
import io.agentanalytics.contract.RejectCode;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Result of one request: records for Kafka, in order, and counts of what was received. */
public final class Mapped {
    private static final int MAX_LISTED = 100;
    private final List<Rejection> rejections = new ArrayList<>();
    private final List<Outgoing> records = new ArrayList<>();
    private final Map<TallyKey, Long> tallies = new HashMap<>();
    private final Map<ClientKey, String> failures = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private @Nullable HookQuestion question;
    private long received;
    private long rejected;
    private String rejection = "";

    /**
     * Rejected event.
     *
     * @param index its place in the request, from 0
     * @param code reject code, as in the header of the dead letter
     */
    public record Rejection(int index, String code, String detail) {}

    Mapped() {}

    public List<Outgoing> records() {
        return records;
    }

    /** Returns the question of a hook; null if the request asks nothing. */
    public @Nullable HookQuestion question() {
        return question;
    }

    void asks(HookQuestion asked) {
        question = asked;
    }

    /** Returns the number of spans, log records, data points, hooks or events of the request. */
    public long received() {
        return received;
    }

    /** Returns the number of rejected records; each of them became a dead letter. */
    public long rejected() {
        return rejected;
    }

    /**
     * Returns the rejected events of a request to {@code /events}, at most {@value #MAX_LISTED}.
     */
    public List<Rejection> rejections() {
        return rejections;
    }

    /** Returns the reason for the first rejection; empty if no record was rejected. */
    public String rejection() {
        return rejection;
    }

    public Map<TallyKey, Long> tallies() {
        return tallies;
    }

    /**
     * Returns the unit of failures of each client that reports calls: {@code attempts}, or {@code
     * calls} if the client hides attempts that it repeats. Rates of different units must not be
     * compared.
     */
    public Map<ClientKey, String> failures() {
        return failures;
    }

    /** Notes that the provider withheld the answer of a call; an empty id names none. */
    void refused(String callId) {
        if (!callId.isEmpty()) {
            refused.add(callId);
        }
    }

    boolean isRefused(String callId) {
        return refused.contains(callId);
    }

    void failuresOf(ClientKey client, TaskEvent event) {
        if (event.type() == EventType.LLM_CALL) {
            failures.put(client, event.isAfterRetries() ? Mapping.CALLS : Mapping.ATTEMPTS);
        }
    }

    void count(ClientKey client, TelemetrySignal signal, String outcome, long records) {
        received += records;
        tallies.merge(new TallyKey(client, signal, outcome), records, Long::sum);
    }

    /**
     * Adds an event that the job accepts.
     *
     * @throws InvalidEventException if the job would reject it
     */
    void event(TaskEvent event) throws InvalidEventException {
        records.add(new Outgoing(Topics.TASK_EVENTS, event.taskId(), checked(event)));
    }

    /**
     * Adds a fragment.
     *
     * @throws InvalidEventException if the job would reject it or its event
     */
    void fragment(Fragment fragment) throws InvalidEventException {
        FragmentRules.check(fragment);
        TaskEvent event = fragment.event();
        byte[] value = FragmentCodec.encode(fragment, event == null ? null : checked(event));
        records.add(new Outgoing(Topics.SPANS, fragment.key(), value));
    }

    private static byte[] checked(TaskEvent event) throws InvalidEventException {
        EventRules.check(event);
        return EventEncoder.encode(event);
    }

    /** Adds an event that was decoded from these bytes. */
    void raw(TaskEvent event, byte[] bytes) {
        records.add(new Outgoing(Topics.TASK_EVENTS, event.taskId(), bytes));
    }

    /** Adds a dead letter in place of one event of a list. */
    void reject(InvalidEventException e, int index, String origin, String description) {
        if (rejections.size() < MAX_LISTED) {
            rejections.add(
                    new Rejection(index, e.code().wireName(), String.valueOf(e.getMessage())));
        }
        reject(e, origin, description);
    }

    /**
     * Adds a dead letter in place of a record.
     *
     * @param description the record without values
     */
    void reject(InvalidEventException e, String origin, String description) {
        rejected++;
        if (rejection.isEmpty()) {
            rejection = String.valueOf(e.getMessage());
        }
        records.add(deadLetter(e.code(), String.valueOf(e.getMessage()), origin, description));
    }

    private static Outgoing deadLetter(
            RejectCode code, String detail, String origin, String description) {
        return new Outgoing(
                Topics.DEAD_LETTERS,
                "",
                description.getBytes(StandardCharsets.UTF_8),
                DeadLetterHeaders.of(code, detail, origin));
    }
}
