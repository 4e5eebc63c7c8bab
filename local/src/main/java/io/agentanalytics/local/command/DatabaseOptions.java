package io.agentanalytics.local.command;

import io.agentanalytics.contract.PropertiesFile;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that read Postgres. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class DatabaseOptions {
    /** Database of {@code scripts/run}. */
    public static final String DEFAULT_URL = "jdbc:postgresql://127.0.0.1:55432/postgres";

    public static final String URL_VARIABLE = "AGENT_ANALYTICS_DATABASE_URL";
    private static final String CONNECT_SECONDS = "10";

    @Option(
            names = "--database-url",
            paramLabel = "URL",
            defaultValue = "${env:" + URL_VARIABLE + ":-" + DEFAULT_URL + "}",
            description = "Postgres (default: ${DEFAULT-VALUE}).")
    public String url;

    @Option(
            names = "--database-user",
            paramLabel = "USER",
            defaultValue = "agent_analytics_api",
            description =
                    "User with read access (default: ${DEFAULT-VALUE}). Password:"
                            + " AGENT_ANALYTICS_DATABASE_PASSWORD or PGPASSFILE.")
    public String user;

    @Option(
            names = "--database-config",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Postgres driver properties (TLS, ...).")
    String config;

    public @Nullable String password() {
        return System.getenv("AGENT_ANALYTICS_DATABASE_PASSWORD");
    }

    public Map<String, String> properties() {
        return PropertiesFile.read(config, "--database-config");
    }

    /** Returns a connection for reading. */
    public Connection connect() {
        Properties all = new Properties();
        all.putAll(properties());
        all.setProperty("user", user);
        if (password() != null) {
            all.setProperty("password", password());
        }
        all.putIfAbsent("connectTimeout", CONNECT_SECONDS);
        all.putIfAbsent("ApplicationName", "agent-analytics");
        all.setProperty("readOnly", "true");
        all.setProperty("options", "-c timezone=UTC -c jit=off -c work_mem=64MB");
        try {
            return DriverManager.getConnection(url, all);
        } catch (SQLException e) {
            throw refused(url, e);
        }
    }

    /** Returns the error for a database that refuses a connection. */
    public static UserError refused(String url, SQLException cause) {
        return new UserError(
                ("Postgres at %s refused the connection (%s); check --database-url, --database-user"
                                + " and the password: AGENT_ANALYTICS_DATABASE_PASSWORD, or the"
                                + " file that PGPASSFILE names (PGPASSFILE=DIR/pgpass for"
                                + " scripts/run --data DIR).")
                        .formatted(url, cause.getMessage()),
                cause);
    }
}
