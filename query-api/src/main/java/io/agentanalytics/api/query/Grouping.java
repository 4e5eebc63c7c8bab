package io.agentanalytics.api.query;

/** By what agents are put together; {@code tagKey} names the tag where the kind is one. */
public record Grouping(Kind kind, String tagKey) {
    public enum Kind {
        AGENT_TYPE,
        MOSTLY_ON,
        TAG
    }
}
