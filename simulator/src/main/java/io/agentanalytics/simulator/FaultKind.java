package io.agentanalytics.simulator;

/** Kind of fault. */
public enum FaultKind {
    /** Almost every call to the provider fails. */
    PROVIDER_OUTAGE,
    /** The latency of the provider is six times as high. */
    PROVIDER_SLOW,
    /** A third of the calls to the provider are rejected with 429. */
    PROVIDER_RATE_LIMIT,
    /** Most tasks of the agent fail because of the agent itself. */
    AGENT_FAILING,
    /** {@link #AGENT_FAILING} on one provider only: target {@code agent@provider}. */
    AGENT_MISFIT,
    /** The agent's prompts are no longer cached and are three times as long. */
    AGENT_COSTLY
}
