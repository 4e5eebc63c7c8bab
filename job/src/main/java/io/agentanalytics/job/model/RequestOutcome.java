package io.agentanalytics.job.model;

import io.agentanalytics.contract.ErrorClass;

/** What came of a request, as far as it is the provider's doing. */
public enum RequestOutcome {
    OK,
    /** 5xx, a lost connection, a broken stream. */
    PROVIDER_ERROR,
    TIMEOUT,
    /** Says something about capacity, nothing about health. */
    RATE_LIMIT,
    /** Nothing more until a date. */
    QUOTA,
    /** Nothing more until somebody mends the credentials. */
    AUTH,
    /** Somebody else's doing: bad requests, filtered content, tools, the agent itself. */
    NEUTRAL;

    /** The outcome of a request that failed with an {@code error_type}. */
    public static RequestOutcome ofFailure(String errorType) {
        return switch (ErrorClass.of(errorType)) {
            case SERVER_ERROR, CONNECTION -> PROVIDER_ERROR;
            case TIMEOUT -> TIMEOUT;
            case RATE_LIMIT -> RATE_LIMIT;
            case QUOTA -> QUOTA;
            case AUTH -> AUTH;
            case CONTENT_FILTER, CONTEXT_LENGTH, INVALID_REQUEST, UNRESOLVED, TOOL_ERROR, OTHER ->
                    NEUTRAL;
        };
    }
}
