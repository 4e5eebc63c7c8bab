package io.agentanalytics.job.model;

import java.util.Map;

/**
 * News of an agent: that it was seen, with its type and tags, and by how much its waiting and
 * running tasks changed. {@code seenMillis} is {@link Long#MIN_VALUE} where it was not seen anew.
 */
public record AgentSignal(
        String agentId,
        String agentType,
        Map<String, String> tags,
        long firstMillis,
        long seenMillis,
        int pendingChange,
        int runningChange) {}
