package io.agentanalytics.job.agents;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.Map;

/**
 * Current state of an agent. Times are epoch ms; {@code seen} counts the signals. Type and tags are
 * the latest reported ones, as of {@code typedMillis} and {@code taggedMillis}.
 */
@RecordBuilder
public record AgentRow(
        String agentId,
        String agentType,
        Map<String, String> tags,
        long firstSeen,
        long lastSeen,
        long pending,
        long running,
        long seen,
        long typedMillis,
        long taggedMillis) {}
