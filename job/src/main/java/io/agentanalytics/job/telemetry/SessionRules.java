package io.agentanalytics.job.telemetry;

import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Fragment;
import io.agentanalytics.contract.FragmentFields;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Ends the tasks of a session that no client ends: at the next prompt of the session, or after a
 * silence. How they ended is unknown; such an end carries the tag {@code end=silence}, and the
 * error of the last call, if that failed.
 *
 * <p>The parts are tasks: the latest event of each, and the error of its latest call.
 */
final class SessionRules implements PartRules {
    private static final String ENDED = "ended";
    private static final String SILENT = "silent";
    private static final int MAX_TASKS = 2_000;
    private final long silenceMillis;

    SessionRules(long silenceMillis) {
        this.silenceMillis = silenceMillis;
    }

    @Override
    public void accept(Fragment fragment, Moment moment, Map<String, Part> tasks) {
        TaskEvent event = fragment.event();
        if (event == null) {
            return;
        }
        Part before = tasks.get(event.taskId());
        if (before != null && !before.isWaiting() && !isContinued(before, event)) {
            return;
        }
        boolean isNewer = before == null || event.timeMillis() >= before.timeMillis();
        String error = before == null ? "" : before.errorType();
        if (isNewer && event.type() == EventType.LLM_CALL) {
            error = event.errorType();
        }
        long start = before == null ? event.timeMillis() : before.fragment().startMillis();
        TaskEvent newest = before == null || isNewer ? event : before.event();
        Part task =
                new Part(
                        FragmentFields.builder(fragment)
                                .startMillis(Math.min(start, event.timeMillis()))
                                .event(newest)
                                .build(),
                        moment.now(),
                        newest.timeMillis(),
                        error,
                        "",
                        "");
        tasks.put(event.taskId(), event.type().isEnding() ? task.assigned(ENDED).emitted() : task);
    }

    @Override
    public long settle(Moment moment, Map<String, Part> state, Consumer<TaskEvent> out) {
        Map<String, Part> tasks = new LinkedHashMap<>(state);
        long latestStart =
                tasks.entrySet().stream()
                        .filter(task -> isPrompt(task.getKey(), task.getValue()))
                        .mapToLong(task -> task.getValue().fragment().startMillis())
                        .max()
                        .orElse(TaskEvent.ABSENT);
        long next = NEVER;
        for (Map.Entry<String, Part> entry : tasks.entrySet()) {
            Part task = entry.getValue();
            if (!task.isWaiting()) {
                continue;
            }
            boolean isFollowed = latestStart > task.timeMillis();
            long due = moment.due(task, isFollowed ? TraceRules.LONG_MILLIS : silenceMillis);
            if (due <= moment.now()) {
                out.accept(end(task));
                state.put(entry.getKey(), task.assigned(SILENT).emitted());
            } else {
                next = Math.min(next, due);
            }
        }
        PartRules.forget(tasks, state, MAX_TASKS, task -> !task.isWaiting(), task -> false);
        return next;
    }

    /** Returns true for a task that goes on after a silence, so that it is ended again. */
    private static boolean isContinued(Part ended, TaskEvent event) {
        return ended.task().equals(SILENT) && event.timeMillis() > ended.timeMillis();
    }

    /**
     * Returns true unless the task is the session itself, for calls that belong to no prompt, or a
     * sub-agent of the session.
     */
    private static boolean isPrompt(String taskId, Part task) {
        String session = task.fragment().key();
        return !taskId.equals(session) && !taskId.startsWith(session + "/");
    }

    private static TaskEvent end(Part task) {
        TaskEvent last = task.event();
        Map<String, String> tags = new TreeMap<>(last.tags());
        tags.put(TaskEvent.END_TAG, TaskEvent.END_BY_SILENCE);
        return new TaskEventBuilder(
                        EventType.TASK_ENDED,
                        "silence/" + last.eventId(),
                        Instant.ofEpochMilli(last.timeMillis()),
                        last.taskId(),
                        last.agentId())
                .agentType(last.agentType())
                .error(task.errorType(), null)
                .tags(tags)
                .build();
    }
}
