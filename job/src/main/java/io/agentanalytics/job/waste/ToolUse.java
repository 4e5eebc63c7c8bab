package io.agentanalytics.job.waste;

import io.agentanalytics.contract.TimelineCall;
import java.util.List;

/**
 * Call of a tool before the answer.
 *
 * @param place position among the calls of the task
 * @param askedBy successful calls of models since the previous tool: a tool costs what its request
 *     and the reading of the previous result cost
 */
record ToolUse(int place, TimelineCall call, ToolKind kind, List<TimelineCall> askedBy) {
    /**
     * Command that a tool runs.
     *
     * @param target hash of the command if it is known
     */
    record Command(String tool, String target) {}

    boolean failed() {
        return call.failed();
    }

    String target() {
        return call.toolTarget();
    }

    boolean succeededAs(ToolKind wanted) {
        return kind == wanted && !failed();
    }

    Command command() {
        return new Command(call.toolName(), target());
    }
}
