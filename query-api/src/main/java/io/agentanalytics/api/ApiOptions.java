package io.agentanalytics.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the API runs.
 *
 * @param token what requests must carry as a bearer token; null only on a loopback address
 */
public record ApiOptions(
        String host,
        int port,
        String databaseUrl,
        String databaseUser,
        @Nullable String databasePassword,
        @Nullable String token) {

    public ApiOptions {
        if (token == null && !isLoopback(host)) {
            throw new IllegalArgumentException(
                    "On the address %s anyone could read the figures: name a file with a token (AGENT_ANALYTICS_TOKEN_FILE), or bind 127.0.0.1."
                            .formatted(host));
        }
    }

    /**
     * Reads the environment: AGENT_ANALYTICS_API_HOST, _API_PORT, _DATABASE_URL, _DATABASE_USER,
     * _DATABASE_PASSWORD or _DATABASE_PASSWORD_FILE, _TOKEN_FILE.
     */
    public static ApiOptions of(Map<String, String> env) {
        String tokenFile = env.get("AGENT_ANALYTICS_TOKEN_FILE");
        String passwordFile = env.get("AGENT_ANALYTICS_DATABASE_PASSWORD_FILE");
        return new ApiOptions(
                env.getOrDefault("AGENT_ANALYTICS_API_HOST", "127.0.0.1"),
                port(env.getOrDefault("AGENT_ANALYTICS_API_PORT", "8081")),
                env.getOrDefault(
                        "AGENT_ANALYTICS_DATABASE_URL",
                        "jdbc:postgresql://localhost:5432/agent_analytics"),
                env.getOrDefault("AGENT_ANALYTICS_DATABASE_USER", "agent_analytics_api"),
                passwordFile == null
                        ? env.get("AGENT_ANALYTICS_DATABASE_PASSWORD")
                        : secret(passwordFile),
                tokenFile == null ? null : secret(tokenFile));
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

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("The address '" + host + "' is not known.", e);
        }
    }
}
