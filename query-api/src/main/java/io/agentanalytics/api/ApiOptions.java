package io.agentanalytics.api;

import io.agentanalytics.api.Tokens.Scope;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.PropertiesFile;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the API runs.
 *
 * @param databaseProperties further properties of the Postgres driver, such as those of TLS
 * @param tokens who may do what; null only on a loopback address
 * @param open what may be done without a token, on a loopback address only
 * @param kafka client properties, {@code bootstrap.servers} among them; empty where there is no
 *     Kafka and so nothing can be changed
 * @param notifications who is told of alerts
 * @param allowedOrigins origins such as {@code https://grafana.example} whose pages may read
 * @param allowedHosts names beside the address itself by which the API may be called; empty for
 *     any, unless the address is loopback
 * @param trustedProxies addresses whose X-Forwarded-For is believed
 * @param prices the book that the job prices with
 */
@RecordBuilder
public record ApiOptions(
        String host,
        int port,
        String databaseUrl,
        Map<String, String> databaseProperties,
        String databaseUser,
        @Nullable String databasePassword,
        @Nullable Tokens tokens,
        Set<Scope> open,
        Map<String, String> kafka,
        Set<String> allowedHosts,
        Set<String> trustedProxies,
        NotifyOptions notifications,
        PriceBook prices,
        Set<String> allowedOrigins) {

    /** On a loopback address, who is on this machine may look. */
    private static final Set<Scope> READING = Set.of(Scope.READ, Scope.METRICS);

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/\\s*]+");

    public ApiOptions {
        for (String origin : allowedOrigins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException(
                        "'%s' is no origin; write AGENT_ANALYTICS_ALLOWED_ORIGINS as https://grafana.example, without a path."
                                .formatted(origin));
            }
        }
        if (open.contains(Scope.WRITE) && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "With --dev anyone may change things: it is for 127.0.0.1, not for %s."
                            .formatted(host));
        }
        if ((tokens == null || !open.isEmpty()) && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "On the address %s anyone could read the figures: name a file with tokens (AGENT_ANALYTICS_TOKEN_FILE), or bind 127.0.0.1."
                            .formatted(host));
        }
    }

    /** On loopback, for whoever is on this machine. */
    public static ApiOptions loopback(int port, String databaseUrl, String databaseUser) {
        return ApiOptionsBuilder.builder()
                .host("127.0.0.1")
                .port(port)
                .databaseUrl(databaseUrl)
                .databaseProperties(Map.of())
                .databaseUser(databaseUser)
                .open(READING)
                .kafka(Map.of())
                .allowedHosts(Set.of())
                .trustedProxies(Set.of())
                .notifications(NotifyOptions.NOBODY)
                .prices(PriceBook.standard())
                .allowedOrigins(Set.of())
                .build();
    }

    /** The same with a way to change things: through this Kafka, with these tokens. */
    public ApiOptions with(Map<String, String> client, @Nullable Tokens known, boolean dev) {
        return ApiOptionsBuilder.builder(this)
                .tokens(known)
                .open(dev ? EnumSet.allOf(Scope.class) : open)
                .kafka(client)
                .build();
    }

    /** The same, pricing by another book. */
    public ApiOptions pricedBy(PriceBook book) {
        return ApiOptionsBuilder.builder(this).prices(book).build();
    }

    /** The same, with the password of the database's user. */
    public ApiOptions withPassword(String password) {
        return ApiOptionsBuilder.builder(this).databasePassword(password).build();
    }

    /** The same, telling somebody of alerts. */
    public ApiOptions telling(NotifyOptions whom) {
        return ApiOptionsBuilder.builder(this).notifications(whom).build();
    }

    /**
     * Reads the environment: AGENT_ANALYTICS_API_HOST, _API_PORT, _DATABASE_URL, _DATABASE_USER,
     * _DATABASE_PASSWORD or _DATABASE_PASSWORD_FILE, _DATABASE_CONFIG, _TOKEN_FILE, _ALLOWED_HOSTS,
     * _ALLOWED_ORIGINS, _TRUSTED_PROXIES, _BOOTSTRAP_SERVERS, _KAFKA_CONFIG, _NOTIFICATIONS,
     * _PRICE_BOOK.
     */
    public static ApiOptions of(Map<String, String> env) {
        String tokenFile = env.get("AGENT_ANALYTICS_TOKEN_FILE");
        String passwordFile = env.get("AGENT_ANALYTICS_DATABASE_PASSWORD_FILE");
        return ApiOptionsBuilder.builder()
                .host(env.getOrDefault("AGENT_ANALYTICS_API_HOST", "127.0.0.1"))
                .port(port(env.getOrDefault("AGENT_ANALYTICS_API_PORT", "8081")))
                .databaseUrl(
                        env.getOrDefault(
                                "AGENT_ANALYTICS_DATABASE_URL",
                                "jdbc:postgresql://localhost:5432/agent_analytics"))
                .databaseProperties(
                        PropertiesFile.read(
                                env.getOrDefault("AGENT_ANALYTICS_DATABASE_CONFIG", ""),
                                "AGENT_ANALYTICS_DATABASE_CONFIG"))
                .databaseUser(
                        env.getOrDefault("AGENT_ANALYTICS_DATABASE_USER", "agent_analytics_api"))
                .databasePassword(
                        passwordFile == null
                                ? env.get("AGENT_ANALYTICS_DATABASE_PASSWORD")
                                : secret(passwordFile))
                .tokens(tokenFile == null ? null : Tokens.parse(secret(tokenFile), tokenFile))
                .open(tokenFile == null ? READING : Set.of())
                .kafka(kafka(env))
                .allowedHosts(list(env, "AGENT_ANALYTICS_ALLOWED_HOSTS"))
                .trustedProxies(list(env, "AGENT_ANALYTICS_TRUSTED_PROXIES"))
                .notifications(notify(env.getOrDefault("AGENT_ANALYTICS_NOTIFICATIONS", "")))
                .prices(prices(env.getOrDefault("AGENT_ANALYTICS_PRICE_BOOK", "")))
                .allowedOrigins(list(env, "AGENT_ANALYTICS_ALLOWED_ORIGINS"))
                .build();
    }

    private static Map<String, String> kafka(Map<String, String> env) {
        String servers = env.getOrDefault("AGENT_ANALYTICS_BOOTSTRAP_SERVERS", "");
        if (servers.isEmpty()) {
            return Map.of();
        }
        Map<String, String> client =
                new HashMap<>(
                        PropertiesFile.read(
                                env.getOrDefault("AGENT_ANALYTICS_KAFKA_CONFIG", ""),
                                "AGENT_ANALYTICS_KAFKA_CONFIG"));
        client.put("bootstrap.servers", servers);
        return client;
    }

    private static NotifyOptions notify(String file) {
        return file.isEmpty() ? NotifyOptions.NOBODY : NotifyOptions.read(Path.of(file));
    }

    private static PriceBook prices(String file) {
        return file.isEmpty() ? PriceBook.standard() : PriceBook.of(Path.of(file));
    }

    private static Set<String> list(Map<String, String> env, String name) {
        return Stream.of(env.getOrDefault(name, "").split(","))
                .map(String::strip)
                .filter(s -> !s.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // One sentence for both.
        }
        throw new IllegalArgumentException("The port is '" + text + "'; write 0 to 65535.");
    }

    private static String secret(String file) {
        try {
            String secret = Files.readString(Path.of(file)).strip();
            if (!secret.isEmpty()) {
                return secret;
            }
        } catch (IOException e) {
            // One sentence for both.
        }
        throw new IllegalArgumentException("The secret file " + file + " is empty or unreadable.");
    }

    /** Whether an address is reached from this machine alone. */
    public static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("The address '" + host + "' is not known.", e);
        }
    }
}
