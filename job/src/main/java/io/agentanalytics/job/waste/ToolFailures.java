package io.agentanalytics.job.waste;

import io.agentanalytics.contract.WastePattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same tool fails three times in a row, with no other tool in between. */
final class ToolFailures extends RunPattern {
    private static final long serialVersionUID = 1L;
    private static final int FAILURES = 3;

    @Override
    WastePattern kind() {
        return WastePattern.TOOL_FAILURES;
    }

    @Override
    int repetitions() {
        return FAILURES - 1;
    }

    @Override
    List<StepBuilder> steps(TaskSteps task) {
        List<ToolUse> failed = task.tools().stream().filter(ToolUse::failed).toList();
        if (TaskSteps.frequent(failed, use -> use.call().toolName(), FAILURES).isEmpty()) {
            return List.of();
        }
        List<StepBuilder> steps = new ArrayList<>();
        ToolUse previous = null;
        for (ToolUse use : task.tools()) {
            Step.Kind kind = use.failed() ? Step.Kind.ACTION : Step.Kind.RESULT;
            steps.add(Step.of(use).kind(kind).continues(repeats(previous, use)));
            previous = use;
        }
        return steps;
    }

    /** Returns true if a tool fails as the one before did. */
    static boolean repeats(@Nullable ToolUse previous, ToolUse use) {
        return previous != null
                && previous.failed()
                && use.failed()
                && previous.call().toolName().equals(use.call().toolName());
    }
}
