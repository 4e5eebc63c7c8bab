package io.agentanalytics.api.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.statement.StatementException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes every error problem+json, with an id by which it can be found in the log. */
final class Errors {
    static final String CONTENT_TYPE = "application/problem+json";
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);
    private static final String QUERY_CANCELLED = "57014";

    private Errors() {}

    static void handle(RoutesConfig routes) {
        routes.exception(Problem.class, (problem, c) -> write(c, problem));
        routes.exception(ConnectionException.class, (e, c) -> unavailable(c, e));
        routes.exception(StatementException.class, (e, c) -> statement(c, e));
        routes.exception(
                HttpResponseException.class,
                (e, c) ->
                        write(
                                c,
                                new Problem(
                                        e.getStatus(),
                                        code(e.getStatus()),
                                        String.valueOf(e.getMessage()))));
        routes.exception(Exception.class, (e, c) -> internal(c, e));
        routes.error(
                404,
                "*",
                c -> {
                    if (c.result() == null
                            || c.result()
                                    .equals(
                                            "Endpoint "
                                                    + c.method()
                                                    + " "
                                                    + c.path()
                                                    + " not found")) {
                        write(c, Problem.notFound("There is no " + c.path() + " here."));
                    }
                });
    }

    private static String code(int status) {
        return switch (status) {
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            default -> "http_" + status;
        };
    }

    private static void statement(Context c, StatementException e) {
        boolean slow =
                e.getCause() instanceof SQLException sql
                        && QUERY_CANCELLED.equals(sql.getSQLState());
        if (slow || isConnection(e.getCause())) {
            unavailable(c, e);
        } else {
            internal(c, e);
        }
    }

    private static boolean isConnection(@Nullable Throwable cause) {
        return cause instanceof SQLException sql
                && sql.getSQLState() != null
                && (sql.getSQLState().startsWith("08") || sql.getSQLState().startsWith("57P"));
    }

    private static void unavailable(Context c, Exception e) {
        LOG.warn("Postgres did not answer: {}", e.getMessage());
        c.header("Retry-After", "2");
        write(c, new Problem(503, "database_unavailable", "The database did not answer in 2 s."));
    }

    private static void internal(Context c, Exception e) {
        String id = requestId();
        LOG.error("Request {} {} failed, id {}", c.method(), c.path(), id, e);
        write(c, new Problem(500, "internal_error", "This is our fault; the log has the id."), id);
    }

    static void write(Context c, Problem problem) {
        write(c, problem, requestId());
    }

    private static void write(Context c, Problem problem, String id) {
        c.status(problem.status())
                .contentType(CONTENT_TYPE)
                .header("Cache-Control", "no-store")
                .result(Json.bytes(problem.body(id)));
    }

    static String requestId() {
        return Long.toString(ThreadLocalRandom.current().nextLong(1L << 50, 1L << 55), 36)
                .toUpperCase(java.util.Locale.ROOT);
    }
}
