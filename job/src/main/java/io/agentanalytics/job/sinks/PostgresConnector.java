package io.agentanalytics.job.sinks;

import io.agentanalytics.job.options.JobOptions;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Opens connections to Postgres with timeouts, so that an unresponsive server never blocks for
 * long.
 */
record PostgresConnector(
        String url, String user, @Nullable String password, Map<String, String> properties)
        implements Serializable {
    private static final long serialVersionUID = 1L;
    private static final Driver DRIVER = new Driver();

    /**
     * Default properties of the driver, times in seconds; configured properties take precedence.
     */
    private static final Map<String, String> DEFAULTS =
            Map.of(
                    "ApplicationName", "agent-analytics-job",
                    "connectTimeout", "5",
                    "loginTimeout", "10",
                    "socketTimeout", "30",
                    "tcpKeepAlive", "true");

    static PostgresConnector of(JobOptions options) {
        return new PostgresConnector(
                options.databaseUrl(),
                options.databaseUser(),
                options.databasePassword(),
                Map.copyOf(options.databaseProperties()));
    }

    /** Returns a connector whose statements may take any time. */
    PostgresConnector patient() {
        Map<String, String> patient = new HashMap<>(properties);
        patient.putIfAbsent("socketTimeout", "0");
        return new PostgresConnector(url, user, password, Map.copyOf(patient));
    }

    Connection connect() throws SQLException {
        Properties info = new Properties();
        info.putAll(DEFAULTS);
        info.putAll(properties);
        info.setProperty("user", user);
        if (password != null) {
            info.setProperty("password", password);
        }
        Connection connection = DRIVER.connect(url, info);
        if (connection == null) {
            throw new SQLException("'" + url + "' is not a JDBC URL of Postgres.", "08001");
        }
        return connection;
    }
}
