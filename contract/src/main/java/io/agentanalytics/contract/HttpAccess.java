package io.agentanalytics.contract;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks of the headers Host, Origin and Authorization, the same for every server of this project.
 * A foreign page can resolve a name of its own to this machine (DNS rebinding), so that unknown
 * host names must be rejected.
 */
public final class HttpAccess {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Pattern IP_ADDRESS =
            Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]+]");
    private static final String BEARER = "Bearer ";
    private final String bound;
    private final Set<String> allowed;
    private final boolean isLoopback;

    /**
     * @param bound address on which the server listens
     * @param allowed other host names of the server; if empty and the server listens not only on
     *     loopback, every name is accepted
     * @throws IllegalArgumentException if the address is not known
     */
    public HttpAccess(String bound, Set<String> allowed) {
        this.bound = bound.toLowerCase(Locale.ROOT);
        this.allowed =
                allowed.stream()
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        this.isLoopback = isLoopback(bound);
    }

    /** Returns true if the server is reached under the host name of a request. */
    public boolean isServed(@Nullable String hostHeader) {
        String host = hostOf(hostHeader);
        return host.equals(bound)
                || allowed.contains(host)
                || (isLoopback ? LOOPBACK.contains(host) : allowed.isEmpty());
    }

    /**
     * Returns true if the host of a request is an IP address, which no page can resolve a name of
     * its own to. Probes and scrapers know a pod only by its address.
     */
    public static boolean isAddress(@Nullable String hostHeader) {
        return IP_ADDRESS.matcher(hostOf(hostHeader)).matches();
    }

    /** Returns the host of a header in lower case, without the port. */
    public static String hostOf(@Nullable String hostHeader) {
        String host = hostHeader == null ? "" : hostHeader.toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /** Returns true if a header Origin names the server of the request. */
    public static boolean isOwnOrigin(String origin, @Nullable String hostHeader) {
        try {
            String authority = new URI(origin).getRawAuthority();
            return authority != null && authority.equalsIgnoreCase(hostHeader);
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Returns the token of a header Authorization; null if it has none. */
    public static @Nullable String bearerToken(@Nullable String header) {
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? header.substring(BEARER.length()).strip()
                : null;
    }

    /**
     * Returns true if the address can be reached only from this machine.
     *
     * @throws IllegalArgumentException if the address is not known
     */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("The address '" + host + "' is not known.", e);
        }
    }
}
