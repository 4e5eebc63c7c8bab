package io.agentanalytics.api.options;

import io.agentanalytics.api.database.Database;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.api.options.Tokens.TokenScope;
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
        Database database,
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
                    ("--dev disables authentication; it is allowed only on 127.0.0.1, not on"
                                    + " %s.")
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
                .database(new Database(databaseUrl, Map.of(), databaseUser, null))
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
        return ApiOptionsBuilder.builder(this)
                .database(
                        new Database(
                                database.url(), database.properties(), database.user(), password))
                .build();
    }

    /** Returns a copy with notification settings. */
    public ApiOptions withNotifications(NotifyOptions options) {
        return ApiOptionsBuilder.builder(this).notifications(options).build();
    }

    /** Reads the {@linkplain ApiVariable variables} of an environment. */
    public static ApiOptions of(Map<String, String> env) {
        String tokenFile = ApiVariable.TOKEN_FILE.in(env);
        return ApiOptionsBuilder.builder()
                .host(ApiVariable.API_HOST.in(env))
                .port(port(ApiVariable.API_PORT.in(env)))
                .database(
                        new Database(
                                ApiVariable.DATABASE_URL.in(env),
                                properties(ApiVariable.DATABASE_CONFIG, env),
                                ApiVariable.DATABASE_USER.in(env),
                                password(env)))
                .tokens(tokenFile.isEmpty() ? null : Tokens.parse(secret(tokenFile), tokenFile))
                .open(tokenFile.isEmpty() ? READING : Set.of())
                .kafka(kafka(env))
                .allowedHosts(list(ApiVariable.ALLOWED_HOSTS.in(env)))
                .trustedProxies(list(ApiVariable.TRUSTED_PROXIES.in(env)))
                .notifications(notify(ApiVariable.NOTIFICATIONS.in(env)))
                .prices(prices(ApiVariable.PRICE_BOOK.in(env)))
                .allowedOrigins(list(ApiVariable.ALLOWED_ORIGINS.in(env)))
                .build();
    }

    private static @Nullable String password(Map<String, String> env) {
        String file = ApiVariable.DATABASE_PASSWORD_FILE.in(env);
        return file.isEmpty() ? env.get(ApiVariable.DATABASE_PASSWORD.variable()) : secret(file);
    }

    private static Map<String, String> properties(ApiVariable file, Map<String, String> env) {
        return PropertiesFile.read(file.in(env), file.variable());
    }

    private static Map<String, String> kafka(Map<String, String> env) {
        String servers = ApiVariable.BOOTSTRAP_SERVERS.in(env);
        if (servers.isEmpty()) {
            return Map.of();
        }
        Map<String, String> client = new HashMap<>(properties(ApiVariable.KAFKA_CONFIG, env));
        client.put("bootstrap.servers", servers);
        return client;
    }

    private static NotifyOptions notify(String file) {
        return file.isEmpty() ? NotifyOptions.NONE : NotifyOptions.read(Path.of(file));
    }

    private static PriceBook prices(String file) {
        return file.isEmpty() ? PriceBook.standard() : PriceBook.of(Path.of(file));
    }

    private static Set<String> list(String text) {
        return Stream.of(text.split(","))
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
