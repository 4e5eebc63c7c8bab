package io.agentanalytics.api.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.ApiOptions;
import java.time.Duration;

/** Connections: few, and none that waits long. */
public final class Database {
    /** For a connection. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * For an answer. Equal questions share one statement, and who has an older answer gets that
     * after {@code AnswerCache}'s shorter patience: only a first answer is waited for so long.
     */
    public static final Duration LONGEST_STATEMENT = Duration.ofSeconds(8);

    private Database() {}

    /** Connections for reading. */
    public static HikariDataSource pool(ApiOptions options) {
        return pool(options, 8, true);
    }

    /** Connections for the log of deliveries. */
    public static HikariDataSource writing(ApiOptions options) {
        return pool(options, 2, false);
    }

    /** A connection now and then, whose statements may take a minute. */
    public static HikariDataSource upkeep(ApiOptions options) {
        HikariConfig config = config(options, "upkeep", 1, Duration.ofMinutes(1));
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    private static HikariDataSource pool(ApiOptions options, int size, boolean readOnly) {
        HikariConfig config =
                config(options, readOnly ? "query-api" : "notifier", size, LONGEST_STATEMENT);
        config.setReadOnly(readOnly);
        return new HikariDataSource(config);
    }

    private static HikariConfig config(
            ApiOptions options, String name, int size, Duration statementTimeout) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(options.databaseUrl());
        config.setUsername(options.databaseUser());
        if (options.databasePassword() != null) {
            config.setPassword(options.databasePassword());
        }
        options.databaseProperties().forEach(config::addDataSourceProperty);
        config.setPoolName(name);
        config.setMaximumPoolSize(size);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "agent-analytics-api");
        config.addDataSourceProperty("connectTimeout", "2");
        // A server that is frozen keeps no time-out of its own.
        config.addDataSourceProperty(
                "socketTimeout", Long.toString(statementTimeout.toSeconds() + 2));
        config.setValidationTimeout(PATIENCE.toMillis() / 2);
        config.addDataSourceProperty(
                "options",
                "-c statement_timeout="
                        + statementTimeout.toMillis()
                        + " -c timezone=UTC -c jit=off -c work_mem=64MB");
        return config;
    }
}
