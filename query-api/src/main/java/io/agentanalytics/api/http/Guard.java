package io.agentanalytics.api.http;

import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.options.Tokens;
import io.agentanalytics.api.options.Tokens.TokenScope;
import io.agentanalytics.contract.HttpAccess;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/** Request filter. Adds the security headers and checks host name, origin and token. */
final class Guard {
    private static final String CSP =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";
    private static final Pattern UTF_8 =
            Pattern.compile("charset\\s*=\\s*\"?utf-8\"?\\s*(;|$)", Pattern.CASE_INSENSITIVE);
    static final String PAGE = "/analytics-dashboard";
    private final ApiOptions options;
    private final HttpAccess access;

    Guard(ApiOptions options) {
        this.options = options;
        this.access = new HttpAccess(options.host(), options.allowedHosts());
    }

    void before(Context c) {
        c.header("Content-Security-Policy", CSP);
        c.header("X-Content-Type-Options", "nosniff");
        c.header("X-Frame-Options", "DENY");
        c.header("Referrer-Policy", "no-referrer");
        c.header("Cross-Origin-Resource-Policy", "same-origin");
        if (c.path().startsWith("/api/")) {
            c.header("Cache-Control", "no-cache");
        }
        if (!HttpAccess.isAddress(c.host())) {
            checkHost(c);
        }
        if (!CrossOrigin.answersPreflight(c, options.allowedOrigins())) {
            checkEncoding(c);
        }
    }

    /** Checks that the client may access the matched route. */
    void beforeMatched(Context c) {
        // Static files of the dashboard also match, but have no role.
        Access role =
                c.routeRoles().stream().map(Access.class::cast).findFirst().orElse(Access.OPEN);
        if (!role.isByAddress()) {
            checkHost(c);
        }
        if (role.isChange()) {
            checkOrigin(c);
        }
        role.needed(options).ifPresent(scope -> checkToken(c, scope));
    }

    private void checkHost(Context c) {
        if (!access.isServed(c.host())) {
            throw new Problem(
                    421,
                    "unknown_host",
                    "Host '%s' is not served here; allow it by AGENT_ANALYTICS_ALLOWED_HOSTS."
                            .formatted(HttpAccess.hostOf(c.host())));
        }
    }

    /**
     * Requires UTF-8. Jetty validates the path, but accepts invalid UTF-8 in a query. Javalin
     * decodes queries with the charset of the content type, and does not know every charset.
     */
    private static void checkEncoding(Context c) {
        String type = c.header("Content-Type");
        if (type != null
                && type.toLowerCase(Locale.ROOT).contains("charset")
                && !UTF_8.matcher(type).find()) {
            throw new Problem(
                    415,
                    "unsupported_charset",
                    "Content-Type is '%s'; send UTF-8.".formatted(type));
        }
        String query = c.queryString();
        if (query != null) {
            for (String part : query.split("[&=]", -1)) {
                decode(part);
            }
        }
    }

    private static void decode(String part) {
        ByteBuffer bytes = ByteBuffer.allocate(part.length() * 3);
        try {
            for (int i = 0; i < part.length(); i++) {
                char ch = part.charAt(i);
                if (ch == '%') {
                    bytes.put(HexFormat.of().parseHex(part, i + 1, i + 3));
                    i += 2;
                } else {
                    bytes.put(String.valueOf(ch).getBytes(StandardCharsets.UTF_8));
                }
            }
            String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            if (text.chars().noneMatch(Character::isISOControl)) {
                return;
            }
        } catch (CharacterCodingException
                | IndexOutOfBoundsException
                | IllegalArgumentException e) {
            // Falls through to the error below.
        }
        throw Problem.badRequest(
                "bad_encoding",
                "'%s' is not percent-encoded UTF-8 text.".formatted(Params.shortened(part)));
    }

    /** Rejects cross-origin requests to routes that change something. */
    private static void checkOrigin(Context c) {
        String origin = c.header("Origin");
        String site = c.header("Sec-Fetch-Site");
        boolean own =
                (origin == null || HttpAccess.isOwnOrigin(origin, c.host()))
                        && (site == null || site.equals("same-origin") || site.equals("none"));
        if (!own) {
            String from =
                    origin == null ? "Another origin" : "Origin '" + Params.shortened(origin) + "'";
            throw new Problem(
                    403,
                    "cross_origin",
                    "%s may not change anything; open the page at %s://%s."
                            .formatted(from, c.scheme(), c.host()));
        }
    }

    private void checkToken(Context c, TokenScope needed) {
        String token = HttpAccess.bearerToken(c.header("Authorization"));
        Tokens.TokenHolder holder =
                options.tokens() != null && token != null ? options.tokens().holderOf(token) : null;
        if (holder != null) {
            Who.remember(c, holder.name());
        }
        if (options.open().contains(needed)) {
            return;
        }
        if (holder == null) {
            c.header("WWW-Authenticate", "Bearer");
            throw new Problem(
                    401,
                    "unauthorized",
                    options.tokens() == null
                            ? "Changes need a token, and this API has none: name a file with tokens"
                                    + " (AGENT_ANALYTICS_TOKEN_FILE), or start it with --dev."
                            : "Send a token as Authorization: Bearer TOKEN.");
        }
        if (!holder.scopes().contains(needed)) {
            String name = needed.wireName();
            c.header(
                    "WWW-Authenticate",
                    "Bearer error=\"insufficient_scope\", scope=\"" + name + "\"");
            throw new Problem(
                    403, "insufficient_scope", "This token lacks the scope " + name + ".");
        }
    }
}
