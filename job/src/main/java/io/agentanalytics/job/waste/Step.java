package io.agentanalytics.job.waste;

import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.WastePattern;
import io.soabase.recordbuilder.core.RecordBuilder;

/**
 * Step of a task, as one pattern sees it.
 *
 * @param sender subtask that emits the steps of a task, one after the other
 * @param place position among the calls of the task
 * @param tool name of the tool; empty for calls of models
 * @param cost cost of the calls of models that belong to the step
 * @param continues true if the step repeats the previous one, false if it begins something else
 */
@RecordBuilder
public record Step(
        WastePattern pattern,
        int sender,
        Labels task,
        Kind kind,
        int place,
        String tool,
        long startMillis,
        long endMillis,
        long inputTokens,
        Cost cost,
        boolean continues) {

    /** Kind of a step. */
    public enum Kind {
        /** A step that may be waste. */
        ACTION,
        /** A call that repeats a failed one. */
        RETRY,
        /** Progress, such as a successful edit. */
        RESULT,
        /** The reported end of the task. */
        ANSWER,
        /** No more steps of this task follow. */
        END
    }

    /**
     * Attributes of the task. Times are epoch ms; {@code repo} is empty if unknown.
     *
     * @param succeeded true unless the task is known to have ended without success
     */
    public record Labels(
            String taskId,
            long endedAt,
            String agentId,
            String agentType,
            String repo,
            boolean succeeded,
            long seen) {}

    /** Returns a builder for a step that stands for no call. */
    static StepBuilder of(Kind kind, int place, long timeMillis) {
        return StepBuilder.builder()
                .kind(kind)
                .place(place)
                .tool("")
                .startMillis(timeMillis)
                .endMillis(timeMillis)
                .inputTokens(TaskEvent.ABSENT)
                .cost(Cost.NONE);
    }

    static StepBuilder of(ToolUse use) {
        return of(Kind.ACTION, use.place(), use.call().startMillis())
                .endMillis(use.call().endMillis())
                .tool(use.call().toolName())
                .cost(Cost.of(use.askedBy()));
    }

    static StepBuilder ofModel(TimelineCall call, int place) {
        return of(Kind.ACTION, place, call.startMillis())
                .endMillis(call.endMillis())
                .inputTokens(call.tokens().input())
                .cost(Cost.of(call));
    }
}
