package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.contract.HttpAccess;
import io.agentanalytics.intake.IntakeTokens.Holder;
import java.util.Set;

/**
 * Checks host name, origin and token of a request. A web page of another origin can write nothing,
 * not even to an intake on loopback without tokens, and not with a form or as plain text.
 */
final class IntakeGuard {
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");
    private final IntakeOptions options;
    private final HttpAccess access;

    IntakeGuard(IntakeOptions options) {
        this.options = options;
        access = new HttpAccess(options.host(), options.allowedHosts());
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
     * Checks a request for the state of the intake, whose host may also be an IP address.
     *
     * @throws Refusal if the host name is unknown
     */
    void checkReader(RequestHeaders headers) throws Refusal {
        if (!HttpAccess.isAddress(headers.authority())) {
            checkHost(headers);
        }
    }

    private void checkHost(RequestHeaders headers) throws Refusal {
        if (!access.isServed(headers.authority())) {
            throw new Refusal(
                    421,
                    "unknown_host",
                    "The intake does not serve the host '%s'; add it to its allowed hosts."
                            .formatted(Refusal.shortened(headers.authority())));
        }
    }

    private static void checkOrigin(RequestHeaders headers) throws Refusal {
        boolean isOwn =
                headers.getAll(HttpHeaderNames.ORIGIN).stream()
                                .allMatch(
                                        origin ->
                                                HttpAccess.isOwnOrigin(origin, headers.authority()))
                        && OWN_SITES.containsAll(headers.getAll(HttpHeaderNames.SEC_FETCH_SITE));
        if (!isOwn) {
            String origin = headers.get(HttpHeaderNames.ORIGIN);
            throw new Refusal(
                    403,
                    "cross_origin",
                    "A page of %s may not write to the intake; send records by a server."
                            .formatted(
                                    origin == null
                                            ? "another site"
                                            : "the origin '" + Refusal.shortened(origin) + "'"));
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
        String token = HttpAccess.bearerToken(headers.get(HttpHeaderNames.AUTHORIZATION));
        Holder holder = token == null ? null : tokens.holderOf(token);
        if (holder == null) {
            throw new Refusal(
                    401,
                    "unauthorized",
                    (token == null ? "The request has no token" : "The token is not known")
                            + "; send a token of this intake as Authorization: Bearer TOKEN.");
        }
        return holder;
    }
}
