package io.agentanalytics.api.query;

/**
 * Grouping of agents. {@code tagKey} is the name of the tag if the kind is {@link GroupKind#TAG}.
 */
public record Grouping(GroupKind kind, String tagKey) {}
