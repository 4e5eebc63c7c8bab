package io.agentanalytics.api.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Postgres database, with small connection pools and short timeouts.
 *
 * @param url JDBC URL
 * @param properties additional properties of the driver, such as TLS settings
 */
public record Database(
        String url, Map<String, String> properties, String user, @Nullable String password) {
    /** Connection timeout. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * Statement timeout of an API query. Identical requests share one statement, and a request with
     * a cached answer gets that answer after the shorter timeout of {@code AnswerCache}. Only the
     * first answer to a question waits this long.
     */
    public static final Duration LONGEST_STATEMENT = Duration.ofSeconds(8);

    /**
     * Cost above which Postgres uses parallel workers; 100 times the default. A worker first loads
     * the catalog of all partitions, which takes 100 ms: longer than most answers (decision 55).
     */
    private static final int PARALLEL_SETUP_COST = 100_000;

    /** Connection pool for reads. */
    public HikariDataSource pool() {
        return pool(8, true);
    }

    /** Connection pool for the delivery log. */
    public HikariDataSource writing() {
        return pool(2, false);
    }

    /** On-demand connection for maintenance, which may move the rows of a whole day. */
    public HikariDataSource upkeep() {
        HikariConfig config = config("upkeep", 1, Duration.ofMinutes(10));
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    /** On-demand connection for the counters of the metrics, which are written when read. */
    public HikariDataSource metrics() {
        return onDemand("metrics");
    }

    /** On-demand connection for changes of saved views. */
    public HikariDataSource views() {
        return onDemand("views");
    }

    private HikariDataSource onDemand(String name) {
        HikariConfig config = config(name, 1, LONGEST_STATEMENT);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }

    private HikariDataSource pool(int size, boolean readOnly) {
        HikariConfig config = config(readOnly ? "query-api" : "notifier", size, LONGEST_STATEMENT);
        config.setReadOnly(readOnly);
        return new HikariDataSource(config);
    }

    private HikariConfig config(String name, int size, Duration statementTimeout) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        if (password != null) {
            config.setPassword(password);
        }
        properties.forEach(config::addDataSourceProperty);
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
                        + " -c timezone=UTC -c jit=off -c work_mem=64MB"
                        + " -c parallel_setup_cost="
                        + PARALLEL_SETUP_COST);
        return config;
    }
}
