package io.agentanalytics.api.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.ApiOptions;
import java.time.Duration;

/** Small connection pools with short timeouts. */
public final class Database {
    /** Connection timeout. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * Statement timeout of an API query. Identical requests share one statement, and a request with
     * a cached answer gets that answer after the shorter timeout of {@code AnswerCache}. Only the
     * first answer to a question waits this long.
     */
    public static final Duration LONGEST_STATEMENT = Duration.ofSeconds(8);

    private Database() {}

    /** Connection pool for reads. */
    public static HikariDataSource pool(ApiOptions options) {
        return pool(options, 8, true);
    }

    /** Connection pool for the delivery log. */
    public static HikariDataSource writing(ApiOptions options) {
        return pool(options, 2, false);
    }

    /** On-demand connection for maintenance, with a statement timeout of one minute. */
    public static HikariDataSource upkeep(ApiOptions options) {
        HikariConfig config = config(options, "upkeep", 1, Duration.ofMinutes(1));
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** On-demand connection for the counters of the metrics, which are written when read. */
    public static HikariDataSource metrics(ApiOptions options) {
        return onDemand(options, "metrics");
    }

    /** On-demand connection for changes of saved views. */
    public static HikariDataSource views(ApiOptions options) {
        return onDemand(options, "views");
    }

    private static HikariDataSource onDemand(ApiOptions options, String name) {
        HikariConfig config = config(options, name, 1, LONGEST_STATEMENT);
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
        // A frozen server does not enforce its own statement timeout.
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
