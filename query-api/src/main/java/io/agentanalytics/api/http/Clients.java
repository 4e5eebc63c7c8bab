package io.agentanalytics.api.http;

import io.javalin.http.Context;
import java.util.Set;

/** Who asks: the peer's address, or what a trusted proxy says of it. */
record Clients(Set<String> trustedProxies) {

    String of(Context c) {
        String peer = c.req().getRemoteAddr();
        String forwarded = c.header("X-Forwarded-For");
        if (forwarded == null || !trustedProxies.contains(peer)) {
            return peer;
        }
        // The last entry is the proxy's own; those before it anyone may have written.
        return forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
    }
}
