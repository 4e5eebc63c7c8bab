package io.agentanalytics.job.model;

import io.agentanalytics.contract.ErrorClass;

/**
 * Outcome of a request, as far as the provider is the cause. The ordinal is stored: add constants
 * only at the end.
 */
public enum RequestOutcome {
    OK,
    /** 5xx, a lost connection, a broken stream. */
    PROVIDER_ERROR,
    TIMEOUT,
    /** Indicates a capacity limit, not a health problem. */
    RATE_LIMIT,
    /** The quota is exhausted until a given time. */
    QUOTA,
    /** The credentials are rejected until they are corrected. */
    AUTH,
    /** Not caused by the provider: bad requests, filtered content, tools, the agent itself. */
    NEUTRAL;

    /** Returns the outcome of a request that failed with an {@code error_type}. */
    public static RequestOutcome ofFailure(String errorType) {
        ErrorClass error = ErrorClass.of(errorType);
        return switch (error.blame()) {
            case PROVIDER -> error == ErrorClass.TIMEOUT ? TIMEOUT : PROVIDER_ERROR;
            case CAPACITY -> RATE_LIMIT;
            case ACCOUNT -> error == ErrorClass.QUOTA ? QUOTA : AUTH;
            case REQUEST, AGENT -> NEUTRAL;
        };
    }
}
