package io.agentanalytics.api;

import io.agentanalytics.api.Tokens.TokenScope;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.HttpAccess;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.PropertiesFile;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.IOException;
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
 * Configuration of the API.
 *
 * @param databaseProperties additional properties of the Postgres driver, such as TLS settings
 * @param tokens access tokens and their scopes; null is allowed only on a loopback address
 * @param open scopes that need no token; on a loopback address only
 * @param kafka client properties including {@code bootstrap.servers}; empty without Kafka, in which
 *     case the API is read-only
 * @param notifications notification destinations
 * @param allowedOrigins origins such as {@code https://grafana.example} that may read cross-origin
 * @param allowedHosts host names accepted in addition to the listen address; if empty, every name
 *     is accepted unless the address is loopback
 * @param trustedProxies addresses of proxies whose X-Forwarded-For header is trusted
 * @param prices price book that the job uses
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
        Set<TokenScope> open,
        Map<String, String> kafka,
        Set<String> allowedHosts,
        Set<String> trustedProxies,
        NotifyOptions notifications,
        PriceBook prices,
        Set<String> allowedOrigins) {

    /** Scopes that local users have without a token on a loopback address. */
    private static final Set<TokenScope> READING = Set.of(TokenScope.READ, TokenScope.METRICS);

    private static final Pattern ORIGIN = Pattern.compile("https?://[^/\\s*]+");

    public ApiOptions {
        for (String origin : allowedOrigins) {
            if (!ORIGIN.matcher(origin).matches()) {
                throw new IllegalArgumentException(
                        ("'%s' is not an origin; write AGENT_ANALYTICS_ALLOWED_ORIGINS as "
                                        + "https://grafana.example, without a path.")
                                .formatted(origin));
            }
        }
        if (open.contains(TokenScope.WRITE) && !HttpAccess.isLoopback(host)) {
            throw new IllegalArgumentException(
                    "With --dev anyone may change things: it is for 127.0.0.1, not for %s."
                            .formatted(host));
        }
        if ((tokens == null || !open.isEmpty()) && !HttpAccess.isLoopback(host)) {
            throw new IllegalArgumentException(
                    ("On the address %s anyone could read the figures: name a file "
                                    + "with tokens (AGENT_ANALYTICS_TOKEN_FILE), or bind 127.0.0.1.")
                            .formatted(host));
        }
    }

    /** Returns options for a loopback address, accessible to every local user. */
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
                .notifications(NotifyOptions.NONE)
                .prices(PriceBook.standard())
                .allowedOrigins(Set.of())
                .build();
    }

    /** Returns a copy that accepts changes through this Kafka cluster, with these tokens. */
    public ApiOptions with(Map<String, String> client, @Nullable Tokens known, boolean dev) {
        return ApiOptionsBuilder.builder(this)
                .tokens(known)
                .open(dev ? EnumSet.allOf(TokenScope.class) : open)
                .kafka(client)
                .build();
    }

    /** Returns a copy with another price book. */
    public ApiOptions pricedBy(PriceBook book) {
        return ApiOptionsBuilder.builder(this).prices(book).build();
    }

    /** Returns a copy with the password of the database user. */
    public ApiOptions withPassword(String password) {
        return ApiOptionsBuilder.builder(this).databasePassword(password).build();
    }

    /** Returns a copy with notification settings. */
    public ApiOptions withNotifications(NotifyOptions options) {
        return ApiOptionsBuilder.builder(this).notifications(options).build();
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
        return file.isEmpty() ? NotifyOptions.NONE : NotifyOptions.read(Path.of(file));
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
            // Falls through to the error message below.
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
            // Falls through to the error message below.
        }
        throw new IllegalArgumentException("The secret file " + file + " is empty or unreadable.");
    }
}
