package io.agentanalytics.api.http;

import io.agentanalytics.api.ApiOptions;
import io.agentanalytics.api.query.Queries;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.staticfiles.Location;
import org.eclipse.jetty.http.HttpCompliance;

/** The route table, and how the server is set up. */
public final class WebServer implements AutoCloseable {
    private static final String API = "/api/analytics";
    private final Javalin javalin;

    private WebServer(Javalin javalin) {
        this.javalin = javalin;
    }

    public static WebServer start(ApiOptions options, Queries queries) {
        Telemetry telemetry = new Telemetry();
        return new WebServer(
                Javalin.create(
                                config -> {
                                    configure(config, options);
                                    telemetry.observe(config);
                                    route(config.routes, new Routes(queries));
                                    config.routes.get("/metrics", telemetry::scrape);
                                })
                        .start());
    }

    private static void configure(JavalinConfig config, ApiOptions options) {
        config.startup.showJavalinBanner = false;
        config.jetty.host = options.host();
        config.jetty.port = options.port();
        config.jetty.modifyHttpConfiguration(
                http -> {
                    http.setHttpCompliance(HttpCompliance.STRICT);
                    http.setSendServerVersion(false);
                });
        config.jetty.modifyServer(server -> server.setErrorHandler(new JettyErrors()));
        config.http.prefer405over404 = true;
        config.http.generateEtags = true;
        config.staticFiles.add(
                files -> {
                    files.hostedPath = "/analytics-dashboard";
                    files.directory = "/dashboard";
                    files.location = Location.CLASSPATH;
                });
        config.routes.before(new Guard(options.token())::before);
        Errors.handle(config.routes);
    }

    private static void route(RoutesConfig routes, Routes to) {
        routes.get("/", c -> c.redirect("/analytics-dashboard/"))
                .get(API + "/overview", to::overview)
                .get(API + "/agents", to::agents)
                .get(API + "/agents/{id}", to::agent)
                .get(API + "/agents/{id}/tasks", to::agentTasks)
                .get(API + "/providers", to::providers)
                .get(API + "/providers/{name}", to::provider)
                .get(API + "/tasks/{id}", to::task)
                .get(API + "/dashboard-data", to::dashboard)
                .get(API + "/alerts", to::alerts)
                .get(API + "/weights", to::weights)
                .get(API + "/insights", to::insights)
                .get(API + "/health", to::health)
                .get("/health/live", to::live)
                .get("/health/ready", to::ready);
    }

    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        javalin.stop();
    }
}
