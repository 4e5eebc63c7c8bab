package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * News of an agent: that it was seen, with its type and tags, and by how much its waiting and
 * running tasks changed. {@code seenMillis} is {@link Long#MIN_VALUE} where it was not seen anew,
 * {@code typedMillis} where no type was told and {@code taggedMillis} where no tags were.
 */
@RecordBuilder
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
        return AgentSignalBuilder.builder()
                .agentId(agentId)
                .agentType(agentType)
                .tags(tags)
                .firstMillis(time)
                .seenMillis(time)
                .pendingChange(pendingChange)
                .runningChange(runningChange)
                .typedMillis(typed ? time : Long.MIN_VALUE)
                .taggedMillis(tags.isEmpty() ? Long.MIN_VALUE : time)
                .build();
    }

    /** An agent's waiting and running tasks changed by no act of its own. */
    public static AgentSignal changed(String agentId, int pendingChange, int runningChange) {
        return AgentSignalBuilder.builder()
                .agentId(agentId)
                .agentType(TaskEvent.UNKNOWN_AGENT_TYPE)
                .tags(Map.of())
                .firstMillis(Long.MAX_VALUE)
                .seenMillis(Long.MIN_VALUE)
                .pendingChange(pendingChange)
                .runningChange(runningChange)
                .typedMillis(Long.MIN_VALUE)
                .taggedMillis(Long.MIN_VALUE)
                .build();
    }
}
