package io.agentanalytics.job.tasks;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TokenUsage;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.jspecify.annotations.Nullable;

/**
 * Emits the rows of tasks that ended or were abandoned, with their calls, and the rows of their
 * verdicts.
 */
final class TaskRows {
    /** Delay until a changed row with many calls is written; each call adds 1 ms. */
    private static final long ROW_AFTER_MILLIS = 1000;

    private final long latenessMillis;
    private final ToolCalls toolCalls;

    TaskRows(long latenessMillis, ToolCalls toolCalls) {
        this.latenessMillis = latenessMillis;
        this.toolCalls = toolCalls;
    }

    /** Writes what an event changed: rows of the task, and its verdicts. */
    void write(
            TaskEvent event,
            TaskStory story,
            TaskStory.Change change,
            KeyedProcessFunction<?, ?, ?>.Context context)
            throws Exception {
        String task = event.taskId();
        TaskAccount old = change.before();
        TaskAccount account = change.after();
        if (account != null) {
            if (old != null && !isSameEnding(old, account)) {
                context.output(
                        TaskOutputs.TASKS, TaskRow.of(task, story, old, latenessMillis, true));
            }
            if (old == null) {
                writeNow(task, story, account, context);
            } else {
                writeSoon(task, story, account, context);
            }
        }
        boolean moved = old != null && account != null && !isSameEnding(old, account);
        for (StoryEvent e : story.events.values()) {
            if (e.isVerdict() && (moved || e.eventId().equals(event.eventId()))) {
                context.output(TaskOutputs.VERDICTS, verdict(task, e, account));
            }
        }
    }

    private VerdictRow verdict(String task, StoryEvent e, @Nullable TaskAccount account) {
        boolean counted =
                account != null && e.timeMillis() <= account.ending().timeMillis() + latenessMillis;
        return new VerdictRow(task, e.timeMillis(), e.eventId(), e.success(), counted);
    }

    private static boolean isSameEnding(TaskAccount a, TaskAccount b) {
        return a.ending().timeMillis() == b.ending().timeMillis();
    }

    /**
     * Writes the row of a task that ended before, at once if it has few calls. A row contains its
     * calls, so those of a task with many calls are written at intervals.
     */
    void writeSoon(
            String task,
            TaskStory story,
            TaskAccount account,
            KeyedProcessFunction<?, ?, ?>.Context context)
            throws Exception {
        if (story.calls().hasMore() || story.toolCalls > 0) {
            markDue(story, context);
        } else {
            writeNow(task, story, account, context);
        }
    }

    /** Lets the row be written soon, and at the latest when the task is forgotten. */
    static void markDue(TaskStory story, KeyedProcessFunction<?, ?, ?>.Context context) {
        if (!story.isRowDue) {
            long calls = story.calls().summary().usage.calls + story.toolCalls;
            var timers = context.timerService();
            timers.registerProcessingTimeTimer(
                    timers.currentProcessingTime() + ROW_AFTER_MILLIS + calls);
            story.isRowDue = true;
        }
    }

    private void writeNow(
            String task,
            TaskStory story,
            TaskAccount account,
            KeyedProcessFunction<?, ?, ?>.Context context)
            throws Exception {
        long until = account.ending().timeMillis() + latenessMillis;
        CallList calls = CallList.of(story.calls().all(), toolCalls.all(), until);
        TaskRow row = TaskRow.of(task, story, account, latenessMillis, false);
        row = calls.addTo(row, account.ending().tokens());
        context.output(TaskOutputs.TASKS, row);
        context.output(TaskOutputs.ENDED, row.history(account.ending().type(), calls.all()));
    }

    /** Writes the row of a task that is about to be counted as abandoned. */
    void writeAbandoned(
            String task,
            TaskStory story,
            long timeMillis,
            KeyedProcessFunction<?, ?, ?>.Context context)
            throws Exception {
        CallList calls = CallList.of(story.calls().all(), toolCalls.all(), timeMillis);
        TaskRow row = TaskRow.abandoned(task, story, timeMillis, latenessMillis);
        context.output(TaskOutputs.TASKS, calls.addTo(row, TokenUsage.ABSENT));
    }

    void writeDue(String task, TaskStory story, KeyedProcessFunction<?, ?, ?>.Context context)
            throws Exception {
        TaskAccount account = story.account(latenessMillis);
        if (story.isRowDue && account != null) {
            writeNow(task, story, account, context);
        }
        story.isRowDue = false;
    }
}
