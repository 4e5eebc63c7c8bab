package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.intake.IntakeTokens.Holder;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks host name, origin and token of a request. A web page of another origin can write nothing,
 * not even to an intake on loopback without tokens, and not with a form or as plain text.
 */
final class IntakeGuard {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
    private static final Pattern IP_ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");
    private static final String BEARER = "Bearer ";
    private final IntakeOptions options;
    private final boolean isLoopback;

    IntakeGuard(IntakeOptions options) {
        this.options = options;
        isLoopback = IntakeOptions.isLoopback(options.host());
    }

    /**
     * Checks a request that writes.
     *
     * @throws Refusal if the host name is unknown, or if a page of another origin sent the request
     */
    void checkWriter(RequestHeaders headers) throws Refusal {
        checkHost(headers);
        checkOrigin(headers);
    }

    /**
     * Checks a request for the state of the intake. Probes and scrapers know a pod only by its
     * address, which no page can resolve a name of its own to.
     *
     * @throws Refusal if the host name is unknown
     */
    void checkReader(RequestHeaders headers) throws Refusal {
        if (!IP_ADDRESS.matcher(hostOf(headers.authority())).matches()) {
            checkHost(headers);
        }
    }

    /** Rejects names that a foreign page could have resolved to this machine (DNS rebinding). */
    private void checkHost(RequestHeaders headers) throws Refusal {
        String host = hostOf(headers.authority());
        boolean isKnown =
                host.equals(options.host())
                        || options.allowedHosts().contains(host)
                        || (isLoopback
                                ? LOOPBACK.contains(host)
                                : options.allowedHosts().isEmpty());
        if (!isKnown) {
            throw new Refusal(
                    421,
                    "unknown_host",
                    "The host name of the request is not served here; add it to the allowed hosts"
                            + " of the intake.");
        }
    }

    private static String hostOf(@Nullable String authority) {
        String host = authority == null ? "" : authority;
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    private static void checkOrigin(RequestHeaders headers) throws Refusal {
        String own = String.valueOf(headers.authority());
        boolean isOwn =
                headers.getAll(HttpHeaderNames.ORIGIN).stream()
                                .allMatch(origin -> authority(origin).equals(own))
                        && OWN_SITES.containsAll(headers.getAll(HttpHeaderNames.SEC_FETCH_SITE));
        if (!isOwn) {
            throw new Refusal(
                    403, "cross_origin", "A page of another origin may not write to the intake.");
        }
    }

    private static String authority(String origin) {
        try {
            return String.valueOf(new URI(origin).getRawAuthority());
        } catch (URISyntaxException e) {
            return "";
        }
    }

    /**
     * Returns the holder of the token of a request; without tokens, anyone.
     *
     * @throws Refusal if the token is missing or unknown
     */
    Holder holder(RequestHeaders headers) throws Refusal {
        IntakeTokens tokens = options.tokens();
        if (tokens == null) {
            return Holder.ANYONE;
        }
        String header = headers.get(HttpHeaderNames.AUTHORIZATION, "");
        Holder holder =
                header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                        ? tokens.holderOf(header.substring(BEARER.length()).strip())
                        : null;
        if (holder == null) {
            throw new Refusal(
                    401,
                    "unauthorized",
                    "Send a token of this intake as Authorization: Bearer TOKEN.");
        }
        return holder;
    }
}
