package io.agentanalytics.api.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.agentanalytics.api.ApiOptions;
import io.agentanalytics.api.Controls;
import io.agentanalytics.api.SampleEvents;
import io.agentanalytics.api.notify.Notifier;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.staticfiles.Location;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** The route table, and how the server is set up. */
public final class WebServer implements AutoCloseable {
    static final String API = "/api/analytics";
    private static final int MAX_CONNECTIONS = 4000;
    private static final int IDLE_MILLIS = 30_000;
    private final Javalin javalin;
    private final Deque<AutoCloseable> parts;

    private WebServer(Javalin javalin, Deque<AutoCloseable> parts) {
        this.javalin = javalin;
        this.parts = parts;
    }

    /** Listens; {@code samples} is null where there are no sample events. */
    public static WebServer start(
            ApiOptions options,
            Queries queries,
            @Nullable Controls controls,
            @Nullable Notifier notifier,
            @Nullable SampleEvents samples) {
        SlowPeers slowPeers = new SlowPeers();
        AnswerCache cache = new AnswerCache();
        EventStreams streams = new EventStreams(queries);
        WarmUp warmUp = new WarmUp(queries);
        Deque<AutoCloseable> parts = new ArrayDeque<>(List.of(warmUp, streams, cache, slowPeers));
        Telemetry telemetry = new Telemetry(streams, queries);
        Javalin javalin =
                Javalin.create(
                        config -> {
                            configure(config, options, slowPeers);
                            telemetry.observe(config);
                            Routes routes = new Routes(queries, cache, slowPeers, warmUp);
                            route(config.routes, routes);
                            Clients clients = new Clients(options.trustedProxies());
                            Exports exports = new Exports(queries, slowPeers);
                            TestData testData = new TestData(samples);
                            Changing changing = new Changing(controls);
                            route(
                                    config.routes,
                                    new AlertRoutes(routes, queries, changing, notifier));
                            route(config.routes, new WeightRoutes(changing));
                            new Reads(config.routes)
                                    .get(AlertView.RUNBOOKS + "{type}", new Runbooks()::page)
                                    .get(API + "/export", exports::export)
                                    .get("/metrics", telemetry::scrape);
                            config.routes
                                    .get(API + "/stream", c -> streams.open(c, clients.of(c)))
                                    .get(API + "/test-data", testData::send)
                                    .post(API + "/test-data", testData::send);
                        });
        WebServer server = new WebServer(javalin.start(), parts);
        warmUp.start();
        return server;
    }

    private static void configure(JavalinConfig config, ApiOptions options, SlowPeers slowPeers) {
        config.startup.showJavalinBanner = false;
        config.jetty.modifyHttpConfiguration(
                http -> {
                    http.setHttpCompliance(HttpCompliance.STRICT);
                    http.setSendServerVersion(false);
                });
        config.jetty.modifyServer(
                server -> {
                    server.setErrorHandler(new JettyErrors());
                    server.setHandler(slowPeers.handler());
                });
        config.jetty.addConnector(
                (server, http) -> {
                    ServerConnector connector =
                            new ServerConnector(server, new HttpConnectionFactory(http));
                    connector.setHost(options.host());
                    connector.setPort(options.port());
                    connector.setIdleTimeout(IDLE_MILLIS);
                    connector.setAcceptQueueSize(1000);
                    connector.addEventListener(slowPeers);
                    connector.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
                    return connector;
                });
        config.http.prefer405over404 = true;
        config.staticFiles.add(
                files -> {
                    files.hostedPath = Guard.PAGE;
                    files.directory = "/dashboard";
                    files.location = Location.CLASSPATH;
                });
        config.routes.before(new Guard(options)::before);
        Errors.handle(config.routes);
    }

    private static void route(RoutesConfig routes, Routes to) {
        routes.get("/", c -> c.redirect(Guard.PAGE + "/"));
        new Reads(routes)
                .get(API + "/overview", to::overview)
                .get(API + "/agents", to::agents)
                .get(API + "/agents/{id}", to::agent)
                .get(API + "/agents/{id}/tasks", to::agentTasks)
                .get(API + "/agent", to::agent)
                .get(API + "/agent/tasks", to::agentTasks)
                .get(API + "/groups", to::groups)
                .get(API + "/providers", to::providers)
                .get(API + "/providers/{name}", to::provider)
                .get(API + "/provider", to::provider)
                .get(API + "/tasks/{id}", to::task)
                .get(API + "/dashboard-data", to::dashboard)
                .get(API + "/weights", to::weights)
                .get(API + "/insights", to::insights)
                .get(API + "/price-book/explain", to::explainPrice)
                .get(API + "/health", to::health)
                .get(API + "/openapi.yaml", to::openApi)
                .get("/health/live", to::live)
                .get("/health/ready", to::ready);
    }

    private static void route(RoutesConfig routes, WeightRoutes to) {
        new Reads(routes).get(API + "/routing-policy", to::policies);
        routes.put(API + "/routing-policy", to::putPolicy)
                .delete(API + "/routing-policy/{scope}", to::removePolicy);
    }

    private static void route(RoutesConfig routes, AlertRoutes to) {
        new Reads(routes)
                .get(API + "/alerts", to::alerts)
                .get(API + "/alerts/{id}", to::alert)
                .get(API + "/silences", to::silences)
                .get(API + "/alert-rules", to::rules);
        routes.post(API + "/alerts/{id}/acknowledge", to::acknowledge)
                .post(API + "/silences", to::silence)
                .delete(API + "/silences/{id}", to::unsilence)
                .post(API + "/notifications/test", to::testNotifications)
                .put(API + "/alert-rules", to::putRules)
                .delete(API + "/alert-rules/{id}", to::removeRule);
    }

    /** What can be read can be asked for its head alone; Jetty leaves out the body. */
    private record Reads(RoutesConfig routes) {
        @CanIgnoreReturnValue
        Reads get(String path, Handler handler) {
            routes.get(path, handler).head(path, handler);
            return this;
        }
    }

    /** Method and path of every route, such as {@code GET /metrics}; HEAD goes without saying. */
    public List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(route -> route.endpoint)
                .filter(e -> e.method.isHttpMethod() && e.method != HandlerType.HEAD)
                .map(endpoint -> endpoint.method + " " + endpoint.path)
                .toList();
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        javalin.stop();
    }
}
