package io.agentanalytics.api.http;

import io.agentanalytics.api.clients.Senders;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.notify.NotificationSender;
import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.api.query.Dashboard;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.SavedViews;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.contract.Resources;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
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
                            RouteTable table = new RouteTable(config.routes);
                            routes(parts, controls, notifier, samples)
                                    .forEach(routes -> routes.addTo(table));
                            addMetrics(config, table, parts);
                            addStreams(table, parts);
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

    private static void addMetrics(JavalinConfig config, RouteTable table, Parts parts) {
        ApiMetrics metrics =
                new ApiMetrics(parts.streams, parts.weights, parts.queries, parts.fleet);
        metrics.observe(config);
        table.get("/metrics", metrics::scrape, Access.METRICS);
    }

    private static void addStreams(RouteTable table, Parts parts) {
        table.read("/export", new Exports(parts.queries, parts.slowPeers)::export);
        // Without a HEAD route: it would open a stream.
        table.routes()
                .get(
                        RouteTable.API + "/stream",
                        c -> parts.streams.open(c, parts.clients.of(c)),
                        Access.READ);
    }

    private static List<Routes> routes(
            Parts parts,
            @Nullable Controls controls,
            @Nullable NotificationSender notifier,
            @Nullable SampleEvents samples) {
        Queries queries = parts.queries;
        Responses responses = parts.responses;
        ControlGateway changing = new ControlGateway(controls);
        return List.of(
                new StatisticsRoutes(queries, parts.dashboard, responses),
                new TaskRoutes(queries, responses),
                new AlertRoutes(responses, queries, changing, notifier),
                new RuleRoutes(queries, changing),
                new WeightRoutes(changing, queries, responses, parts.weights, parts.clients),
                new BudgetRoutes(changing, queries, parts.budgets, parts.clients),
                new ViewRoutes(queries, parts.views, parts.options),
                new ClientRoutes(parts.senders.clients(), queries),
                new HealthRoutes(queries, parts.senders, responses, parts.warmUp),
                new Runbooks(),
                new TestData(samples));
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
