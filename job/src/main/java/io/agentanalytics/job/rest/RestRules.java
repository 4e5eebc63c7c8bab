package io.agentanalytics.job.rest;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access rules of Flink's REST interface. With the token, every request is allowed. Without it,
 * only reads are allowed, only from this machine or from Flink's own page, and never from a page of
 * another origin. The guard is in Flink's {@code lib} without the libraries of the job, so it does
 * not use {@code HttpAccess}.
 *
 * @param token token that changes require; null if changes are not allowed at all
 * @param address host name of the interface, in addition to localhost and IP addresses
 */
record RestRules(@Nullable String token, String address) {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /** Paths of GET requests that change something or run an uploaded JAR to inspect it. */
    private static final Pattern CHANGING_PATH =
            Pattern.compile("yarn-|(^|/)jars(/|$)", Pattern.CASE_INSENSITIVE);

    /**
     * IP addresses. A browser does not resolve them by DNS, so no other page can be served under
     * them.
     */
    private static final Pattern IP_ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");

    /** Status and reason of a rejected request. */
    record RejectedRequest(int status, String reason) {}

    /**
     * Checks a request; returns null if it is allowed.
     *
     * @param path decoded path
     * @param header function that returns the value of a header, or null
     */
    @Nullable RejectedRequest check(
            String method, String path, UnaryOperator<@Nullable String> header) {
        if (hasToken(header.apply("Authorization"))) {
            return null;
        }
        String host = header.apply("Host");
        if (host == null || !isOwn(name(host))) {
            return new RejectedRequest(
                    421,
                    "Host '%s' is not served here; use '%s', or send the token."
                            .formatted(host == null ? "" : name(host), address));
        }
        if (isForeign(host, header)) {
            return new RejectedRequest(403, "Requests from other origins are refused.");
        }
        if (!READING.contains(method) || CHANGING_PATH.matcher(path).find()) {
            return new RejectedRequest(403, "Changes need the token: Authorization: Bearer TOKEN.");
        }
        return null;
    }

    private boolean hasToken(@Nullable String authorization) {
        return token != null
                && authorization != null
                && MessageDigest.isEqual(
                        ("Bearer " + token).getBytes(StandardCharsets.UTF_8),
                        authorization.strip().getBytes(StandardCharsets.UTF_8));
    }

    private boolean isOwn(String name) {
        return name.equals("localhost")
                || name.equals(address.toLowerCase(Locale.ROOT))
                || IP_ADDRESS.matcher(name).matches();
    }

    private static String name(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        return name.toLowerCase(Locale.ROOT);
    }

    /**
     * Returns true if the request is from another origin. Following a link is allowed: the page
     * that contains the link cannot read the response.
     */
    private static boolean isForeign(String host, UnaryOperator<@Nullable String> header) {
        String origin = header.apply("Origin");
        if (origin != null && !authority(origin).equalsIgnoreCase(host)) {
            return true;
        }
        String site = header.apply("Sec-Fetch-Site");
        boolean link =
                "navigate".equals(header.apply("Sec-Fetch-Mode"))
                        && "document".equals(header.apply("Sec-Fetch-Dest"));
        return site != null && !site.equals("same-origin") && !site.equals("none") && !link;
    }

    private static String authority(String origin) {
        try {
            return String.valueOf(new URI(origin).getRawAuthority());
        } catch (URISyntaxException e) {
            return "";
        }
    }
}
