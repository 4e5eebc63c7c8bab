package io.agentanalytics.api.notify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
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
 * Posts to destinations and nowhere else: https, or http to this machine; no redirects; private
 * addresses only where they are listed, checked when the connection is made, so that a name cannot
 * be pointed elsewhere afterwards; five seconds; the answer is not even read, and so shown to
 * nobody.
 */
final class Outgoing implements AutoCloseable {
    private static final Timeout PATIENCE = Timeout.ofSeconds(5);
    private final CloseableHttpClient secure;
    private final CloseableHttpClient local;

    Outgoing(Set<InetAddress> allowPrivate) {
        secure = client(address -> isPublic(address) || allowPrivate.contains(address));
        local = client(InetAddress::isLoopbackAddress);
    }

    private interface Rule {
        boolean allows(InetAddress address);
    }

    /** Names are resolved here, when a connection is made, and nowhere else. */
    private record CheckedNames(Rule rule) implements DnsResolver {
        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            InetAddress[] allowed =
                    Arrays.stream(SystemDefaultDnsResolver.INSTANCE.resolve(host))
                            .filter(rule::allows)
                            .toArray(InetAddress[]::new);
            if (allowed.length == 0) {
                throw new UnknownHostException(
                        "its address is not allowed: use https to a public one, http to this machine, or list it under allow_private");
            }
            return allowed;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }

    private static CloseableHttpClient client(Rule rule) {
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
     * @throws IOException with a sentence that may be logged, if it was not taken
     */
    void post(URI url, byte[] body, Map<String, String> headers) throws IOException {
        HttpPost post = new HttpPost(url);
        post.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
        headers.forEach(post::setHeader);
        boolean encrypted = "https".equals(url.getScheme());
        int status;
        // Time-outs are for each read: who sends a byte every few seconds is cut off all the same.
        Executor deadline =
                CompletableFuture.delayedExecutor(
                        PATIENCE.toMilliseconds() * 2, TimeUnit.MILLISECONDS);
        deadline.execute(post::abort);
        try {
            // The body of the answer is not read: the connection is closed with it.
            status =
                    (encrypted ? secure : local)
                            .execute(
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

    /** Addresses may hold secrets: only our own words are repeated. */
    private static String safe(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.startsWith("its address") ? message : "no connection";
    }

    @Override
    public void close() throws IOException {
        secure.close();
        local.close();
    }
}
