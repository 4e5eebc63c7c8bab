package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import java.util.Map;

/**
 * News of an agent: that it was seen, with its type and tags, and by how much its waiting and
 * running tasks changed. {@code seenMillis} is {@link Long#MIN_VALUE} where it was not seen anew,
 * {@code typedMillis} where no type was told and {@code taggedMillis} where no tags were.
 */
public record AgentSignal(
        String agentId,
        String agentType,
        Map<String, String> tags,
        long firstMillis,
        long seenMillis,
        int pendingChange,
        int runningChange,
        long typedMillis,
        long taggedMillis) {

    /** An agent was seen in an event of that time. */
    public static AgentSignal seen(
            String agentId,
            String agentType,
            Map<String, String> tags,
            long time,
            int pendingChange,
            int runningChange) {
        boolean typed = !agentType.equals(TaskEvent.UNKNOWN_AGENT_TYPE);
        return new AgentSignal(
                agentId,
                agentType,
                tags,
                time,
                time,
                pendingChange,
                runningChange,
                typed ? time : Long.MIN_VALUE,
                tags.isEmpty() ? Long.MIN_VALUE : time);
    }

    /** An agent's waiting and running tasks changed by no act of its own. */
    public static AgentSignal changed(String agentId, int pendingChange, int runningChange) {
        return new AgentSignal(
                agentId,
                TaskEvent.UNKNOWN_AGENT_TYPE,
                Map.of(),
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                pendingChange,
                runningChange,
                Long.MIN_VALUE,
                Long.MIN_VALUE);
    }
}
