package io.agentanalytics.api.http;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.util.Set;

/** CORS filter. Pages of the configured origins may read; changes remain forbidden to them. */
final class CrossOrigin {
    private static final Set<HandlerType> READING = Set.of(HandlerType.GET, HandlerType.HEAD);

    private static final Set<String> WISHES = Set.of("GET", "HEAD");

    private CrossOrigin() {}

    /** Adds the CORS headers. Returns true if the request was a preflight and has been answered. */
    static boolean answersPreflight(Context c, Set<String> allowedOrigins) {
        if (allowedOrigins.isEmpty()) {
            return false;
        }
        c.header("Vary", "Origin");
        String origin = c.header("Origin");
        boolean preflight =
                c.method().equals(HandlerType.OPTIONS)
                        && WISHES.contains(
                                String.valueOf(c.header("Access-Control-Request-Method")));
        if (origin == null
                || !allowedOrigins.contains(origin)
                || !(preflight || READING.contains(c.method()))) {
            return false;
        }
        c.header("Access-Control-Allow-Origin", origin);
        c.header("Access-Control-Expose-Headers", "Age, ETag, Retry-After, Warning");
        c.header("Cross-Origin-Resource-Policy", "cross-origin");
        if (preflight) {
            c.header("Access-Control-Allow-Methods", "GET, HEAD");
            c.header(
                    "Access-Control-Allow-Headers",
                    "Authorization, Cache-Control, If-None-Match, Last-Event-ID");
            c.header("Access-Control-Max-Age", "600");
            c.status(204).skipRemainingHandlers();
        }
        return preflight;
    }
}
