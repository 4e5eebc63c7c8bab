package io.agentanalytics.job.model;

import io.agentanalytics.contract.TaskEvent;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * Update of an agent: a sighting with type and tags, and the changes of its pending and running
 * tasks. {@code seenMillis} is {@link Long#MIN_VALUE} if there is no new sighting, {@code
 * typedMillis} if there is no type, and {@code taggedMillis} if there are no tags.
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

    /** Returns the signal of an agent that was seen in an event of the given time. */
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

    /**
     * Returns the signal of an agent whose pending and running tasks changed without an event of
     * its own.
     */
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
