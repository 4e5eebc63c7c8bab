package io.agentanalytics.api;

import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.api.clients.ClientWatch;
import io.agentanalytics.api.clients.DeadLetterWatch;
import io.agentanalytics.api.clients.Senders;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.database.Upkeep;
import io.agentanalytics.api.http.SampleEvents;
import io.agentanalytics.api.http.WebServer;
import io.agentanalytics.api.notify.NotificationSender;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.contract.Resources;
import java.time.Clock;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Query API: a connection pool and a web server. */
public final class QueryApi implements AutoCloseable {
    private final Resources parts;
    private final WebServer server;

    private QueryApi(Resources parts, WebServer server) {
        this.parts = parts;
        this.server = server;
    }

    /**
     * Connects to Postgres and starts the web server. If a part does not start, the others are
     * closed.
     *
     * @param samples source of the events that {@code test-data} sends; null to disable {@code
     *     test-data}
     */
    public static QueryApi start(ApiOptions options, Clock clock, @Nullable SampleEvents samples) {
        Resources parts = new Resources();
        try {
            return new QueryApi(parts, serve(parts, options, clock, samples));
        } catch (RuntimeException e) {
            parts.closeAfter(e);
            throw e;
        }
    }

    /** Notifications and maintenance start after the port is bound. */
    private static WebServer serve(
            Resources parts, ApiOptions options, Clock clock, @Nullable SampleEvents samples) {
        HikariDataSource pool = parts.add(options.database().pool());
        Queries queries = new Queries(Jdbi.create(pool), clock, options.prices());
        boolean withKafka = !options.kafka().isEmpty();
        Controls controls = withKafka ? parts.add(Controls.start(options.kafka())) : null;
        ClientWatch watch = withKafka ? parts.add(ClientWatch.start(options.kafka())) : null;
        DeadLetterWatch letters =
                withKafka
                        ? parts.add(DeadLetterWatch.start(options.kafka(), clock.instant()))
                        : null;
        NotificationSender notifier =
                options.notifications().destinations().isEmpty()
                        ? null
                        : parts.add(notifier(options, queries, clock));
        WebServer server =
                parts.add(
                        WebServer.start(
                                options,
                                queries,
                                controls,
                                new Senders(watch, letters),
                                notifier,
                                samples));
        if (notifier != null) {
            notifier.start();
        }
        parts.add(Upkeep.start(options.database().upkeep()));
        return server;
    }

    private static NotificationSender notifier(ApiOptions options, Queries queries, Clock clock) {
        return new NotificationSender(
                options.notifications(), queries, clock, options.database().writing());
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
        parts.close();
    }
}
