package io.agentanalytics.api.notify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * HTTP client for notification destinations. It allows https to public addresses, http to this
 * machine, and both to addresses that are listed. It follows no redirects. Addresses are checked
 * when the connection is opened, so that a DNS name cannot be changed to another address after the
 * check. The timeout is five seconds. The response body is not read and therefore never exposed.
 */
final class DestinationClient implements AutoCloseable {
    private static final Timeout PATIENCE = Timeout.ofSeconds(5);

    /** Longest duration of a request. */
    static final Duration DEADLINE = PATIENCE.toDuration().multipliedBy(2);

    private final CloseableHttpClient encrypted;
    private final CloseableHttpClient plain;

    DestinationClient(Set<InetAddress> allowPrivate) {
        encrypted = client(address -> isAllowed(address, true, allowPrivate));
        plain = client(address -> isAllowed(address, false, allowPrivate));
    }

    private interface AddressRule {
        boolean allows(InetAddress address);
    }

    /**
     * DNS resolver that checks addresses when a connection is opened. No other code resolves names.
     */
    private record CheckedNames(AddressRule rule) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] allowed =
                    Arrays.stream(SystemDefaultDnsResolver.INSTANCE.resolve(host))
                            .filter(rule::allows)
                            .toArray(InetAddress[]::new);
            if (allowed.length == 0) {
                throw new UnknownHostException(
                        "its address is not allowed: use https to a public one, http to this"
                                + " machine, or list it under allow_private");
            }
            return allowed;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static CloseableHttpClient client(AddressRule rule) {
        return HttpClients.custom()
                .setConnectionManager(
                        PoolingHttpClientConnectionManagerBuilder.create()
                                .setDnsResolver(new CheckedNames(rule))
                                .setDefaultConnectionConfig(
                                        ConnectionConfig.custom()
                                                .setConnectTimeout(PATIENCE)
                                                .setSocketTimeout(PATIENCE)
                                                .build())
                                .setDefaultSocketConfig(
                                        SocketConfig.custom().setSoTimeout(PATIENCE).build())
                                .build())
                .setDefaultRequestConfig(
                        RequestConfig.custom()
                                .setResponseTimeout(PATIENCE)
                                .setConnectionRequestTimeout(PATIENCE)
                                .build())
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .setUserAgent("agent-analytics")
                .build();
    }

    static boolean isAllowed(InetAddress address, boolean encrypted, Set<InetAddress> listed) {
        return listed.contains(address)
                || (encrypted ? isPublic(address) : address.isLoopbackAddress());
    }

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean unique = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc; // fc00::/7
        boolean shared =
                bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64; // 100.64/10
        boolean nowhere = bytes.length == 4 && (bytes[0] == 0 || (bytes[0] & 0xff) >= 224);
        return !(address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || unique
                || shared
                || nowhere);
    }

    /**
     * Posts JSON.
     *
     * @throws IOException if the request was not accepted; its message is safe to log
     */
    void post(URI url, byte[] body, Map<String, String> headers) throws IOException {
        HttpPost post = new HttpPost(url);
        post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        headers.forEach(post::setHeader);
        CloseableHttpClient client = "https".equals(url.getScheme()) ? encrypted : plain;
        int status;
        // Socket timeouts apply to each read; this deadline also cuts off a peer that sends one
        // byte every few seconds.
        Executor deadline =
                CompletableFuture.delayedExecutor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        deadline.execute(post::abort);
        try {
            // Closes the connection without reading the response body.
            status =
                    client.execute(
                            post,
                            answer -> {
                                post.abort();
                                return answer.getCode();
                            });
        } catch (IOException e) {
            throw new IOException(e.getClass().getSimpleName() + ": " + safe(e), e);
        }
        if (status < 200 || status > 299) {
            throw new IOException("It answered " + status + ".");
        }
    }

    /** Returns an error message without the URL, because a URL can contain a secret. */
    private static String safe(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("its address") ? message : "no connection";
    }

    @Override
    public void close() throws IOException {
        encrypted.close();
        plain.close();
    }
}
