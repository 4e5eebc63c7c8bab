package io.agentanalytics.api.http;

import io.agentanalytics.api.ApiOptions;
import io.agentanalytics.api.Tokens.Scope;
import io.javalin.security.RouteRole;
import java.util.Optional;

/** Who may use a route. Every route has one; without it the server does not start. */
enum Access implements RouteRole {
    /** Everybody: the page's own files and redirects hold no figures. */
    OPEN,
    /** Everybody, also by IP address: probes know a pod by nothing else. */
    PROBE,
    READ,
    WRITE,
    /** A scope of its own, also by IP address. */
    METRICS,
    /** Sample events: for readers where reading is open, otherwise a change like others. */
    SAMPLES;

    boolean isByAddress() {
        return this == PROBE || this == METRICS;
    }

    /** Whether pages of other origins are refused. */
    boolean isChange() {
        return this == WRITE || this == SAMPLES;
    }

    /** The scope that a token must have, if any. */
    Optional<Scope> needed(ApiOptions options) {
        return switch (this) {
            case OPEN, PROBE -> Optional.empty();
            case READ -> Optional.of(Scope.READ);
            case WRITE -> Optional.of(Scope.WRITE);
            case METRICS -> Optional.of(Scope.METRICS);
            case SAMPLES ->
                    Optional.of(options.open().contains(Scope.READ) ? Scope.READ : Scope.WRITE);
        };
    }
}
