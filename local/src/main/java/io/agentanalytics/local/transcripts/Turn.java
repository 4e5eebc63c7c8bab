package io.agentanalytics.local.transcripts;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Liveness;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Task of a transcript: a prompt, or the work of a sub-agent, with all that follows from it. */
final class Turn {
    /** Silence (ms) after which a task has ended. */
    static final long SILENCE_MILLIS = Liveness.TASK_SILENCE.toMillis();

    final String taskId;
    private final String agentType;
    private final Map<String, String> tags = new HashMap<>();
    private String agentId;
    private String startId = "";
    private String parentTask = "";
    private String rootTask = "";
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private EventType outcome = EventType.TASK_CANCELLED;
    private String endId = "";
    private String error = "";
    private boolean reported;
    private boolean over;

    Turn(String taskId, String agentId, String agentType) {
        this.taskId = taskId;
        this.agentId = agentId;
        this.agentType = agentType;
    }

    /** Notes a sign of life. */
    void seen(long time) {
        first = Math.min(first, time);
        last = Math.max(last, time);
    }

    /** Notes the prompt. */
    void started(String eventId, long time) {
        startId = eventId;
        seen(time);
    }

    /** Notes that this agent works for another task. */
    void delegated(String agent, String parent, String root) {
        agentId = agent;
        parentTask = parent;
        rootTask = root;
    }

    void tag(String name, String value) {
        if (!value.isEmpty()) {
            tags.put(name, value);
        }
    }

    /** Notes how the task would end if nothing followed, as the client reports it. */
    void ends(EventType type, String eventId, String errorType, long time) {
        outcome(type, eventId, errorType, time, true);
    }

    /** Notes how the task would end if nothing followed, as a guess. */
    void seemsToEnd(EventType type, String eventId, long time) {
        outcome(type, eventId, "", time, false);
    }

    private void outcome(
            EventType type, String eventId, String errorType, long time, boolean isReported) {
        if (time >= last || endId.isEmpty()) {
            outcome = type;
            endId = eventId;
            error = errorType;
            reported = isReported;
        }
        seen(time);
    }

    /** Notes that the next prompt of the session has come. */
    void isOver() {
        over = true;
    }

    boolean isSubAgent() {
        return !parentTask.isEmpty();
    }

    boolean isHuman() {
        return !startId.isEmpty();
    }

    /** Returns an event of this task with its agent, parents and tags. */
    TaskEvent call(TaskEvent usage, boolean complete) {
        Map<String, String> more = new HashMap<>(tags);
        if (!complete) {
            more.put("output", "lower_bound");
        }
        more.putAll(usage.tags());
        return builder(usage.type(), usage.eventId(), usage.timeMillis(), more)
                .callId(usage.callId())
                .on(usage.provider(), usage.model())
                .durationMillis(usage.durationMillis())
                .timeToFirstTokenMillis(usage.timeToFirstTokenMillis())
                .tokens(usage.tokens())
                .cacheWrite1hTokens(usage.cacheWrite1hTokens())
                .costNanos(usage.costNanos())
                .serviceTier(usage.serviceTier())
                .error(usage.errorType(), null)
                .build();
    }

    /** Returns the start and the end of the task, as far as there are any. */
    List<TaskEvent> frame(long now) {
        List<TaskEvent> events = new ArrayList<>(2);
        if (!startId.isEmpty()) {
            events.add(builder(EventType.TASK_STARTED, startId, first, tags).build());
        }
        if (!endId.isEmpty() && (reported || over || last < now - SILENCE_MILLIS)) {
            Map<String, String> more = new HashMap<>(tags);
            if (!reported) {
                more.put("end", "silence");
            }
            events.add(
                    builder(outcome, endId, last, more)
                            .durationMillis(last - first)
                            .error(error, null)
                            .build());
        }
        return events;
    }

    private TaskEventBuilder builder(
            EventType type, String eventId, long time, Map<String, String> allTags) {
        return new TaskEventBuilder(type, eventId, Instant.ofEpochMilli(time), taskId, agentId)
                .agentType(agentType)
                .lineage(parentTask, rootTask)
                .tags(allTags);
    }
}
