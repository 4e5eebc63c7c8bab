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
        ErrorClass error = ErrorClass.of(errorType);
        return switch (error.blame()) {
            case PROVIDER -> error == ErrorClass.TIMEOUT ? TIMEOUT : PROVIDER_ERROR;
            case CAPACITY -> RATE_LIMIT;
            case ACCOUNT -> error == ErrorClass.QUOTA ? QUOTA : AUTH;
            case REQUEST, AGENT -> NEUTRAL;
        };
    }
}
