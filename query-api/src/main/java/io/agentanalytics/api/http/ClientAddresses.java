package io.agentanalytics.api.http;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Addresses of clients: the address of the peer, or the address that a trusted proxy forwards. */
record ClientAddresses(Set<String> trustedProxies) {

    String of(Context c) {
        String peer = c.req().getRemoteAddr();
        List<String> lines = Collections.list(c.req().getHeaders("X-Forwarded-For"));
        if (lines.isEmpty() || !trustedProxies.contains(peer)) {
            return peer;
        }
        // The trusted proxy appends the last entry; the client could have forged the earlier ones.
        String forwarded = lines.get(lines.size() - 1);
        return forwarded.substring(forwarded.lastIndexOf(',') + 1).strip();
    }
}
