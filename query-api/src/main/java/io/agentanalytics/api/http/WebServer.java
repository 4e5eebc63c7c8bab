package io.agentanalytics.api.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.agentanalytics.api.clients.Senders;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.notify.NotificationSender;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.query.Dashboard;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.SavedViews;
import io.agentanalytics.api.view.AlertViews.AlertView;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.contract.Resources;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.staticfiles.Location;
import io.javalin.router.Endpoint;
import io.javalin.router.ParsedEndpoint;
import io.javalin.security.Roles;
import java.util.List;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** HTTP server and route table. */
public final class WebServer implements AutoCloseable {
    static final String API = "/api/analytics";
    private static final int MAX_CONNECTIONS = 4000;
    private static final int IDLE_MILLIS = 30_000;
    private final Javalin javalin;
    private final Parts parts;

    private WebServer(Javalin javalin, Parts parts) {
        this.javalin = javalin;
        this.parts = parts;
    }

    /** Parts that the routes share, for the lifetime of the server. */
    private static final class Parts implements AutoCloseable {
        private final Resources open;
        private final ApiOptions options;
        private final Queries queries;
        private final Senders senders;
        private final SavedViews views;
        private final FleetMetrics fleet;
        private final SlowPeers slowPeers;
        private final Responses responses;
        private final ClientAddresses clients;
        private final Watch<BudgetStatus> budgets;
        private final Watch<RouterWeights> weights;
        private final EventStreams streams;
        private final Dashboard dashboard = new Dashboard();
        private final WarmUp warmUp;

        /**
         * @param open receives the parts one by one, so that they are closed if one fails to start
         */
        Parts(ApiOptions options, Queries queries, Senders senders, Resources open) {
            this.options = options;
            this.queries = queries;
            this.senders = senders;
            this.open = open;
            slowPeers = open.add(new SlowPeers());
            responses = new Responses(queries, open.add(new AnswerCache()), slowPeers);
            views = open.add(new SavedViews(options.database().views()));
            fleet = open.add(new FleetMetrics(options.database().metrics(), queries, senders));
            clients = new ClientAddresses(options.trustedProxies());
            budgets = open.add(Watch.budgets(queries));
            weights = open.add(Watch.weights(queries));
            streams = open.add(new EventStreams(queries));
            warmUp = open.add(new WarmUp(queries, dashboard));
        }

        @Override
        public void close() {
            open.close();
        }
    }

    /** Starts the server; {@code samples} is null if sample events are not available. */
    public static WebServer start(
            ApiOptions options,
            Queries queries,
            @Nullable Controls controls,
            Senders senders,
            @Nullable NotificationSender notifier,
            @Nullable SampleEvents samples) {
        Resources open = new Resources();
        try {
            Parts parts = new Parts(options, queries, senders, open);
            return start(parts, controls, notifier, samples);
        } catch (RuntimeException e) {
            open.closeAfter(e);
            throw e;
        }
    }

    private static WebServer start(
            Parts parts,
            @Nullable Controls controls,
            @Nullable NotificationSender notifier,
            @Nullable SampleEvents samples) {
        Javalin javalin =
                Javalin.create(
                        config -> {
                            configure(config, parts.options, parts.slowPeers);
                            ApiMetrics metrics =
                                    new ApiMetrics(
                                            parts.streams,
                                            parts.weights,
                                            parts.queries,
                                            parts.fleet);
                            metrics.observe(config);
                            routeFigures(config.routes, parts);
                            routeControls(config.routes, parts, controls, notifier);
                            routeTools(config.routes, parts, metrics, samples);
                        });
        try {
            requireAccess(javalin);
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            throw e;
        }
        parts.warmUp.start();
        return new WebServer(javalin, parts);
    }

    /** Figures that the job counts. */
    private static void routeFigures(RoutesConfig routes, Parts parts) {
        route(
                routes,
                new Routes(
                        parts.queries,
                        parts.senders,
                        parts.dashboard,
                        parts.responses,
                        parts.warmUp));
        Exports exports = new Exports(parts.queries, parts.slowPeers);
        new RouteTable(routes).read(API + "/export", exports::export);
        routes.get(API + "/stream", c -> parts.streams.open(c, parts.clients.of(c)), Access.READ);
    }

    /** Alerts, weights and budgets, with their settings. */
    private static void routeControls(
            RoutesConfig routes,
            Parts parts,
            @Nullable Controls controls,
            @Nullable NotificationSender notifier) {
        Queries queries = parts.queries;
        ControlGateway changing = new ControlGateway(controls);
        route(routes, new AlertRoutes(parts.responses, queries, changing, notifier));
        route(routes, new RuleRoutes(queries, changing));
        route(routes, new WeightRoutes(changing, queries, parts.weights, parts.clients));
        route(routes, new BudgetRoutes(changing, queries, parts.budgets, parts.clients));
    }

    /** What operators and the dashboard need besides. */
    private static void routeTools(
            RoutesConfig routes, Parts parts, ApiMetrics metrics, @Nullable SampleEvents samples) {
        route(routes, new ViewRoutes(parts.queries, parts.views, parts.options));
        route(routes, new ClientRoutes(parts.senders.clients(), parts.queries));
        route(routes, new TestData(samples));
        Runbooks runbooks = new Runbooks();
        new RouteTable(routes)
                .get(AlertView.RUNBOOKS + "{type}", runbooks::page, Access.OPEN)
                .read(API + "/runbooks", runbooks::list)
                .get("/metrics", metrics::scrape, Access.METRICS);
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
                    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
                    configure(connector, options, slowPeers);
                    return connector;
                });
        config.http.prefer405over404 = true;
        config.staticFiles.add(
                files -> {
                    files.hostedPath = Guard.PAGE;
                    files.directory = "/dashboard";
                    files.location = Location.CLASSPATH;
                });
        Guard guard = new Guard(options);
        config.routes.before(guard::before);
        config.routes.beforeMatched(guard::beforeMatched);
        Errors.handle(config.routes);
    }

    private static void configure(
            ServerConnector connector, ApiOptions options, SlowPeers slowPeers) {
        connector.setHost(options.host());
        connector.setPort(options.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(1000);
        connector.addEventListener(slowPeers);
        connector.addBean(new NetworkConnectionLimit(MAX_CONNECTIONS, connector));
    }

    private static void route(RoutesConfig routes, Routes to) {
        routes.get("/", c -> c.redirect(Guard.PAGE + "/"), Access.OPEN);
        new RouteTable(routes)
                .read(API + "/overview", to::overview)
                .read(API + "/agents", to::agents)
                .read(API + "/agents/{id}", to::agent)
                .read(API + "/agents/{id}/tasks", to::agentTasks)
                .read(API + "/agent", to::agent)
                .read(API + "/groups", to::groups)
                .read(API + "/waste", to::waste)
                .read(API + "/spend", to::spend)
                .read(API + "/providers", to::providers)
                .read(API + "/providers/{name}", to::provider)
                .read(API + "/provider", to::provider)
                .read(API + "/tasks", to::tasks)
                .read(API + "/tasks/{id}", to::task)
                .read(API + "/task", to::task)
                .read(API + "/task-tree", to::taskTree)
                .read(API + "/dashboard-data", to::dashboard)
                .read(API + "/weights", to::weights)
                .read(API + "/insights", to::insights)
                .read(API + "/price-book/explain", to::explainPrice)
                .read(API + "/health", to::health)
                .read(API + "/openapi.yaml", to::openApi)
                .get("/health/live", to::live, Access.PROBE)
                .get("/health/ready", to::ready, Access.PROBE);
    }

    private static void route(RoutesConfig routes, WeightRoutes to) {
        new RouteTable(routes)
                .read(API + "/weights/{scope}", to::routerWeights)
                .read(API + "/routing-policy", to::policies);
        routes.put(API + "/routing-policy", to::putPolicy, Access.WRITE)
                .delete(API + "/routing-policy/{scope}", to::removePolicy, Access.WRITE);
    }

    private static void route(RoutesConfig routes, BudgetRoutes to) {
        new RouteTable(routes)
                .read(API + "/budgets", to::budgets)
                .read(API + "/budgets/{id}", to::budget)
                .read(API + "/budgets/{id}/periods", to::periods);
        routes.put(API + "/budgets", to::put, Access.WRITE)
                .delete(API + "/budgets/{id}", to::remove, Access.WRITE);
    }

    private static void route(RoutesConfig routes, ClientRoutes to) {
        new RouteTable(routes)
                .read(API + "/clients", to::clients)
                .read(API + "/connect/{client}", to::guide);
    }

    private static void route(RoutesConfig routes, TestData to) {
        routes.get(API + "/test-data", to::send, Access.SAMPLES)
                .post(API + "/test-data", to::send, Access.SAMPLES);
    }

    private static void route(RoutesConfig routes, ViewRoutes to) {
        new RouteTable(routes).read(API + "/views", to::views);
        routes.put(API + "/views", to::put, Access.OWN)
                .delete(API + "/views", to::remove, Access.OWN);
    }

    private static void route(RoutesConfig routes, AlertRoutes to) {
        new RouteTable(routes)
                .read(API + "/alerts", to::alerts)
                .read(API + "/alerts/{id}", to::alert)
                .read(API + "/silences", to::silences);
        routes.post(API + "/alerts/{id}/acknowledge", to::acknowledge, Access.WRITE)
                .post(API + "/silences", to::silence, Access.WRITE)
                .delete(API + "/silences/{id}", to::unsilence, Access.WRITE)
                .post(API + "/notifications/test", to::testNotifications, Access.WRITE);
    }

    private static void route(RoutesConfig routes, RuleRoutes to) {
        new RouteTable(routes).read(API + "/alert-rules", to::rules);
        routes.put(API + "/alert-rules", to::put, Access.WRITE)
                .delete(API + "/alert-rules/{id}", to::remove, Access.WRITE);
    }

    /** Registers a HEAD route for every GET route; Jetty omits the body. */
    private record RouteTable(RoutesConfig routes) {
        @CanIgnoreReturnValue
        RouteTable get(String path, Handler handler, Access access) {
            routes.get(path, handler, access).head(path, handler, access);
            return this;
        }

        @CanIgnoreReturnValue
        RouteTable read(String path, Handler handler) {
            return get(path, handler, Access.READ);
        }
    }

    /**
     * Throws an exception if a route was registered without an access level: such a route must not
     * be served.
     */
    static void requireAccess(Javalin javalin) {
        for (ParsedEndpoint route : javalin.unsafe.internalRouter.allHttpHandlers()) {
            Endpoint endpoint = route.endpoint;
            Roles roles = endpoint.metadata(Roles.class);
            if (endpoint.method.isHttpMethod() && (roles == null || roles.getRoles().size() != 1)) {
                throw new IllegalStateException(
                        "%s %s needs one access".formatted(endpoint.method, endpoint.path));
            }
        }
    }

    /**
     * Returns method and path of every route, such as {@code GET /metrics}, without HEAD routes.
     */
    public List<String> routes() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(route -> route.endpoint)
                .filter(e -> e.method.isHttpMethod() && !e.method.equals(HandlerType.HEAD))
                .map(endpoint -> endpoint.method + " " + endpoint.path)
                .toList();
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        // The parts first: they end the requests that wait, which would delay the stop.
        try {
            parts.close();
        } finally {
            javalin.stop();
        }
    }
}
