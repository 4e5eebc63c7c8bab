package io.agentanalytics.api.http;

import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.Tokens.TokenScope;
import io.javalin.security.RouteRole;
import java.util.Optional;

/**
 * Access level of a route. Every route must have exactly one; otherwise, the server does not start.
 */
enum Access implements RouteRole {
    /** Public: the dashboard's static files and redirects contain no data. */
    OPEN,
    /** Public, also by IP address: probes know a pod only by its IP address. */
    PROBE,
    READ,
    /** Requires the scope {@code read}; changes only what belongs to the holder of the token. */
    OWN,
    WRITE,
    /** Requires the scope {@code metrics}; reachable by IP address, like {@link #PROBE}. */
    METRICS,
    /**
     * Sample events: require the scope {@code read} if reading is open, otherwise {@code write}.
     */
    SAMPLES;

    boolean isByAddress() {
        return this == PROBE || this == METRICS;
    }

    /** Returns true if cross-origin requests are rejected. */
    boolean isChange() {
        return this == OWN || this == WRITE || this == SAMPLES;
    }

    /** Returns the required token scope, if any. */
    Optional<TokenScope> needed(ApiOptions options) {
        return switch (this) {
            case OPEN, PROBE -> Optional.empty();
            case READ, OWN -> Optional.of(TokenScope.READ);
            case WRITE -> Optional.of(TokenScope.WRITE);
            case METRICS -> Optional.of(TokenScope.METRICS);
            case SAMPLES ->
                    Optional.of(
                            options.open().contains(TokenScope.READ)
                                    ? TokenScope.READ
                                    : TokenScope.WRITE);
        };
    }
}
