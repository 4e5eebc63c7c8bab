package io.agentanalytics.api.http;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Who asks: the peer's address, or what a trusted proxy says of it. */
record Clients(Set<String> trustedProxies) {

    String of(Context c) {
        String peer = c.req().getRemoteAddr();
        List<String> lines = Collections.list(c.req().getHeaders("X-Forwarded-For"));
        if (lines.isEmpty() || !trustedProxies.contains(peer)) {
            return peer;
        }
        // The last entry is the proxy's own; those before it anyone may have written.
        String forwarded = lines.get(lines.size() - 1);
        return forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
    }
}
