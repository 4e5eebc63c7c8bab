package io.agentanalytics.api.http;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Sets the headers that every answer has, and asks for the token where there is one. */
final class Guard {
    private static final String CSP =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private final @Nullable String token;

    Guard(@Nullable String token) {
        this.token = token;
    }

    void before(Context c) {
        c.header("Content-Security-Policy", CSP);
        c.header("X-Content-Type-Options", "nosniff");
        c.header("Referrer-Policy", "no-referrer");
        c.header("Cross-Origin-Resource-Policy", "same-origin");
        if (c.path().startsWith("/api/")) {
            c.header("Cache-Control", "no-cache");
        }
        boolean open = c.path().startsWith("/health/");
        if (token != null && !open && !matches(c.header("Authorization"), token)) {
            c.header("WWW-Authenticate", "Bearer");
            throw new Problem(
                    401, "unauthorized", "Send the token as Authorization: Bearer TOKEN.");
        }
    }

    private static boolean matches(@Nullable String header, String token) {
        byte[] given = (header == null ? "" : header).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, ("Bearer " + token).getBytes(StandardCharsets.UTF_8));
    }
}
