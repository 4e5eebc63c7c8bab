package io.agentanalytics.api;

import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.clients.ClientWatch;
import io.agentanalytics.api.database.Database;
import io.agentanalytics.api.database.Upkeep;
import io.agentanalytics.api.http.WebServer;
import io.agentanalytics.api.notify.NotificationSender;
import io.agentanalytics.api.query.Queries;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Query API: a connection pool and a web server. */
public final class QueryApi implements AutoCloseable {
    private final HikariDataSource pool;
    private final @Nullable Controls controls;
    private final @Nullable ClientWatch watch;
    private final @Nullable NotificationSender notifier;
    private final Upkeep upkeep;
    private final WebServer server;

    private QueryApi(
            HikariDataSource pool,
            @Nullable Controls controls,
            @Nullable ClientWatch watch,
            @Nullable NotificationSender notifier,
            Upkeep upkeep,
            WebServer server) {
        this.upkeep = upkeep;
        this.notifier = notifier;
        this.pool = pool;
        this.controls = controls;
        this.watch = watch;
        this.server = server;
    }

    /**
     * Connects to Postgres and starts the web server.
     *
     * @param samples source of the events that {@code test-data} sends; null to disable {@code
     *     test-data}
     */
    public static QueryApi start(ApiOptions options, Clock clock, @Nullable SampleEvents samples) {
        HikariDataSource pool = Database.pool(options);
        try {
            Queries queries = new Queries(Jdbi.create(pool), clock, options.prices());
            Controls controls = options.kafka().isEmpty() ? null : Controls.start(options.kafka());
            ClientWatch watch =
                    options.kafka().isEmpty() ? null : ClientWatch.start(options.kafka());
            NotificationSender notifier =
                    options.notifications().destinations().isEmpty()
                            ? null
                            : NotificationSender.start(
                                    options.notifications(),
                                    queries,
                                    clock,
                                    Database.writing(options));
            return new QueryApi(
                    pool,
                    controls,
                    watch,
                    notifier,
                    Upkeep.start(Database.upkeep(options)),
                    WebServer.start(options, queries, controls, watch, notifier, samples));
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    public int port() {
        return server.port();
    }

    /** Returns method and path of every route, such as {@code GET /metrics}. */
    List<String> routes() {
        return server.routes();
    }

    @Override
    public void close() {
        server.close();
        upkeep.close();
        if (notifier != null) {
            try {
                notifier.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (controls != null) {
            controls.close();
        }
        if (watch != null) {
            watch.close();
        }
        pool.close();
    }
}
