package io.agentanalytics.api.http;

import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.api.query.TaskQueries;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Error handlers. Each error becomes an application/problem+json response with an ID that also
 * appears in the log.
 */
final class Errors {
    static final String CONTENT_TYPE = "application/problem+json";
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private Errors() {}

    static void handle(RoutesConfig routes) {
        routes.exception(Problem.class, (problem, c) -> write(c, problem));
        routes.exception(
                JdbiException.class,
                (e, c) -> {
                    if (DatabaseErrors.isUnavailable(e)) {
                        unavailable(c, e);
                    } else {
                        internal(c, e);
                    }
                });
        routes.exception(
                TaskQueries.IllegalCursorException.class, (e, c) -> write(c, Cursor.invalid()));
        routes.exception(MethodNotAllowedResponse.class, Errors::methodNotAllowed);
        routes.exception(HttpResponseException.class, (e, c) -> write(c, ofHttp(e)));
        routes.exception(Exception.class, (e, c) -> internal(c, e));
        routes.error(
                404,
                "*",
                c -> {
                    if (!String.valueOf(c.res().getContentType()).startsWith(CONTENT_TYPE)) {
                        write(c, Problem.notFound("There is no " + c.path() + " here."));
                    }
                });
    }

    private static Problem ofHttp(HttpResponseException e) {
        return new Problem(e.getStatus(), code(e.getStatus()), String.valueOf(e.getMessage()));
    }

    private static void methodNotAllowed(MethodNotAllowedResponse e, Context c) {
        String allowed = String.join(", ", e.getDetails().values());
        c.header("Allow", allowed);
        write(
                c,
                new Problem(
                        405,
                        "method_not_allowed",
                        "%s is not supported for %s; use %s."
                                .formatted(c.method(), c.path(), allowed)));
    }

    static String code(int status) {
        return switch (status) {
            case 404 -> "not_found";
            case 405 -> "method_not_allowed";
            case 408 -> "too_slow";
            case 413 -> "too_large";
            case 414 -> "uri_too_long";
            case 431 -> "headers_too_large";
            case 400 -> "bad_request";
            default -> "http_" + status;
        };
    }

    private static void unavailable(Context c, JdbiException e) {
        LOG.warn("Postgres did not answer {}: {}", c.path(), e.getMessage());
        c.header("Retry-After", "2");
        write(c, problem(e));
    }

    /** Returns the response for a database that is unreachable, slow or outdated. */
    static Problem problem(Throwable e) {
        return DatabaseErrors.isOutdated(e)
                ? new Problem(
                        503,
                        "schema_outdated",
                        "The tables are not those of this version: run agent-analytics migrate.")
                : new Problem(
                        503,
                        "database_unavailable",
                        "The database is down or too slow: it did not answer in time.");
    }

    private static void internal(Context c, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof HttpException http) {
                String detail = String.valueOf(http.getReason());
                write(c, new Problem(http.getCode(), code(http.getCode()), detail));
                return;
            }
        }
        String id = requestId();
        LOG.error("Request {} {} failed, id {}", c.method(), c.path(), id, e);
        write(c, new Problem(500, "internal_error", "Internal error; the log has the id."), id);
    }

    static void write(Context c, Problem problem) {
        String id = requestId();
        LOG.info(
                "Answered {} {} to {} {}, id {}: {}",
                problem.status(),
                problem.code(),
                c.method(),
                c.path(),
                id,
                problem.getMessage());
        write(c, problem, id);
    }

    private static void write(Context c, Problem problem, String id) {
        if (problem.status() == 503 && c.res().getHeader("Retry-After") == null) {
            c.header("Retry-After", "1");
        }
        c.status(problem.status())
                .contentType(CONTENT_TYPE)
                .header("Cache-Control", "no-store")
                .result(ApiJson.bytes(problem.body(id)));
    }

    static String requestId() {
        return Long.toString(ThreadLocalRandom.current().nextLong(1L << 50, 1L << 55), 36)
                .toUpperCase(Locale.ROOT);
    }
}
