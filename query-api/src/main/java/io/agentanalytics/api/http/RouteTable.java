package io.agentanalytics.api.http;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;

/**
 * Table to which handlers are added: GET routes with any path, and routes of the API. Each GET
 * route has a HEAD route, for which Jetty omits the body.
 */
record RouteTable(RoutesConfig routes) {
    static final String API = "/api/analytics";

    @CanIgnoreReturnValue
    RouteTable get(String path, Handler handler, Access access) {
        routes.get(path, handler, access).head(path, handler, access);
        return this;
    }

    /** Adds a GET route of the API for readers. */
    @CanIgnoreReturnValue
    RouteTable read(String path, Handler handler) {
        return get(API + path, handler, Access.READ);
    }

    @CanIgnoreReturnValue
    RouteTable post(String path, Handler handler, Access access) {
        routes.post(API + path, handler, access);
        return this;
    }

    @CanIgnoreReturnValue
    RouteTable put(String path, Handler handler, Access access) {
        routes.put(API + path, handler, access);
        return this;
    }

    @CanIgnoreReturnValue
    RouteTable delete(String path, Handler handler, Access access) {
        routes.delete(API + path, handler, access);
        return this;
    }
}
