package io.agentanalytics.benchmarks.alerts;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.job.model.SourceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * Events that the agents of an {@link AlertDay} would publish: a start event and an end event per
 * task.
 */
final class Events {
    static final long BEGINNING = Instant.parse("2026-01-05T00:00:00Z").toEpochMilli();
    static final String[] PROVIDERS = {"anthropic", "openai", "gcp.gemini"};

    private Events() {}

    static String agentId(int agent) {
        return "agent-%02d".formatted(agent);
    }

    /** Returns the events in order of time, with their own time as append time. */
    static Iterator<SourceRecord> of(AlertDay world) {
        List<TaskEvent> events = new ArrayList<>(2 * world.tasks().size());
        int i = 0;
        for (AlertDay.TaskRun task : world.tasks()) {
            String id = "task-" + i++;
            events.add(started(id, task));
            events.add(ended(id, task));
        }
        events.sort(Comparator.comparingLong(TaskEvent::timeMillis));
        return events.stream().map(Events::received).iterator();
    }

    static SourceRecord received(TaskEvent event) {
        return new SourceRecord(event, null, 0, 0, event.timeMillis());
    }

    private static long millis(double seconds) {
        return BEGINNING + Math.round(seconds * 1000);
    }

    private static TaskEvent started(String id, AlertDay.TaskRun task) {
        return event(id + "/started", EventType.TASK_STARTED, id, task, task.start());
    }

    private static TaskEvent ended(String id, AlertDay.TaskRun task) {
        EventType type = task.succeeded() ? EventType.TASK_COMPLETED : EventType.TASK_FAILED;
        return event(id + "/ended", type, id, task, task.end());
    }

    private static TaskEvent event(
            String eventId, EventType type, String taskId, AlertDay.TaskRun task, double at) {
        boolean ending = type.isEnding();
        boolean failed = type == EventType.TASK_FAILED;
        String error = task.providersDoing() ? "server_error" : "unresolved";
        TaskEventBuilder event =
                new TaskEventBuilder(
                                type,
                                eventId,
                                Instant.ofEpochMilli(millis(at)),
                                taskId,
                                agentId(task.agent()))
                        .agentType("worker")
                        .on(PROVIDERS[task.provider()], "model")
                        .error(failed ? error : "", "");
        if (ending) {
            event.durationMillis(Math.round(task.seconds() * 1000))
                    .costNanos(Math.round(task.usd() * 1e9));
        }
        return event.build();
    }
}
