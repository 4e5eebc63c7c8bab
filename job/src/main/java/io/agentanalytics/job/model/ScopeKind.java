package io.agentanalytics.job.model;

/** Kind of a {@link Scope}. */
public enum ScopeKind {
    CELL,
    PROVIDER,
    SYSTEM,
    DIMENSION
}
