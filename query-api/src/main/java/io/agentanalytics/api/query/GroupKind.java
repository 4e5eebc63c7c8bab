package io.agentanalytics.api.query;

/** Dimensions for grouping agents. */
public enum GroupKind {
    AGENT_TYPE,
    MOSTLY_ON,
    TAG
}
