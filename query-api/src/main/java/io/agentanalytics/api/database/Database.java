package io.agentanalytics.api.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.ApiOptions;
import java.time.Duration;

/** Connections for reading: few, read-only, and none that waits long. */
public final class Database {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private Database() {}

    public static HikariDataSource pool(ApiOptions options) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(options.databaseUrl());
        config.setUsername(options.databaseUser());
        if (options.databasePassword() != null) {
            config.setPassword(options.databasePassword());
        }
        options.databaseProperties().forEach(config::addDataSourceProperty);
        config.setPoolName("query-api");
        config.setMaximumPoolSize(8);
        config.setReadOnly(true);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "agent-analytics-api");
        config.addDataSourceProperty("connectTimeout", "2");
        // A server that is frozen keeps no time-out of its own.
        config.addDataSourceProperty("socketTimeout", "4");
        config.setValidationTimeout(PATIENCE.toMillis() / 2);
        config.addDataSourceProperty(
                "options",
                "-c statement_timeout="
                        + PATIENCE.toMillis()
                        + " -c timezone=UTC -c jit=off -c work_mem=64MB");
        return new HikariDataSource(config);
    }
}
