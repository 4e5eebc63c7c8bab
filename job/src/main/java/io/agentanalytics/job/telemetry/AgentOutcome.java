package io.agentanalytics.job.telemetry;

import static io.agentanalytics.contract.Fragment.Role.CALL;
import static io.agentanalytics.contract.Fragment.Role.STEP;

import io.agentanalytics.contract.ClientNames;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventFields;
import java.util.Comparator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Outcome of an agent whose span has no status: it failed if its last call did, or without calls of
 * its own, the last call of the agents below it.
 */
record AgentOutcome(SpanTree tree) {
    /** Sets the outcome of the end of a task that the agent's span reports as completed. */
    TaskEventFields of(TaskEventFields end, Part agent) {
        if (!agent.fragment().isOutcomeUnset() || end.type() != EventType.TASK_COMPLETED) {
            return end;
        }
        boolean claude = end.agentType().equals(ClientNames.CLAUDE_CODE);
        Part last = claude ? last(part -> isRequestOf(part, agent)) : lastCall(agent);
        if (last == null) {
            return end;
        }
        if (!last.errorType().isEmpty()) {
            return end.type(EventType.TASK_FAILED).errorType(last.errorType());
        }
        // The result of the tool was never sent back: the user interrupted the agent.
        return claude && last.fragment().name().equals("tool_use")
                ? end.type(EventType.TASK_CANCELLED)
                : end;
    }

    private @Nullable Part lastCall(Part agent) {
        Part own = last(part -> part.is(CALL) && part.task().equals(agent.task()));
        return own != null ? own : last(part -> part.is(CALL) && tree.isBelow(part, agent));
    }

    private @Nullable Part last(Predicate<Part> of) {
        return tree.spans().values().stream()
                .filter(of)
                .max(Comparator.comparingLong(Part::timeMillis))
                .orElse(null);
    }

    private static boolean isRequestOf(Part part, Part agent) {
        return part.is(STEP)
                && part.timeMillis() >= 0
                && !part.fragment().isParentRemote()
                && part.fragment().parentId().equals(agent.fragment().id());
    }
}
