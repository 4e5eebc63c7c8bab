package io.agentanalytics.api.http;

import io.agentanalytics.api.http.AnswerCache.CachedAnswer;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.QueryContext;
import io.agentanalytics.api.query.TimeRange;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.eclipse.jetty.http.QuotedQualityCSV;

/** JSON responses: from the cache, conditional on an ETag, compressed, or as they are. */
final class Responses {
    private static final String JSON = "application/json";
    private static final int CHUNK = 64 << 10;
    private final Queries queries;
    private final AnswerCache cache;
    private final SlowPeers slowPeers;

    Responses(Queries queries, AnswerCache cache, SlowPeers slowPeers) {
        this.queries = queries;
        this.cache = cache;
        this.slowPeers = slowPeers;
    }

    /** Responds to a question about a range, from the cache. */
    void answer(Context c, TimeRange range, Function<QueryContext, Object> question) {
        answer(c, () -> queries.ask(range, question));
    }

    /**
     * Responds from the cache. The key contains the raw parameters, so {@code now-1h} still hits
     * the cache a minute later.
     */
    void answer(Context c, Supplier<Object> question) {
        answer(c, Duration.ZERO, question);
    }

    /**
     * Responds from the cache, with an answer that is computed at most once in a period.
     *
     * @param kept minimum lifetime of an answer
     */
    void answer(Context c, Duration kept, Supplier<Object> question) {
        String key = Params.key(c.path(), c.queryParamMap());
        boolean newest = String.valueOf(c.header("Cache-Control")).contains("no-cache");
        CachedAnswer found = cache.get(key, newest, kept, question);
        Answer answer = found.answer();
        c.contentType(JSON);
        String vary = c.res().getHeader("Vary");
        c.header("Vary", vary == null ? "Accept-Encoding" : vary + ", Accept-Encoding");
        c.header("Age", Long.toString(found.age().toSeconds()));
        if (found.stale() != null) {
            c.header("Warning", "110 - \"Response is Stale\"");
            String reason =
                    found.stale() instanceof Problem problem
                            ? problem.code()
                            : Errors.problem(found.stale()).code();
            c.result(answer.staleJson(reason, found.age().toSeconds()));
            return;
        }
        c.header("ETag", answer.etag());
        if (matches(c, answer.etag())) {
            c.status(304);
        } else if (accepts(c, "gzip")) {
            c.header("Content-Encoding", "gzip");
            send(c, answer.gzip());
        } else {
            send(c, answer.json());
        }
    }

    /**
     * Sends a response. A slow reader of a large response is disconnected; a small response fits
     * into the socket buffer.
     */
    private void send(Context c, byte[] body) {
        if (body.length <= CHUNK || c.method().equals(HandlerType.HEAD)) {
            c.result(body);
            return;
        }
        c.res().setContentLength(body.length);
        try {
            OutputStream out = slowPeers.deadline(c.req(), c.res().getOutputStream());
            for (int at = 0; at < body.length; at += CHUNK) {
                out.write(body, at, Math.min(CHUNK, body.length - at));
            }
        } catch (IOException e) {
            slowPeers.cut(c.req());
        }
    }

    /** Responds without the cache. */
    static void json(Context c, Object view) {
        c.contentType(JSON).result(ApiJson.bytes(view));
    }

    /** Responds with the ETag, and with the view only if the client does not have it yet. */
    static void json(Context c, String etag, Supplier<Object> view) {
        c.header("ETag", etag);
        if (matches(c, etag)) {
            c.status(304);
        } else {
            json(c, view.get());
        }
    }

    static boolean matches(Context c, String etag) {
        String given = c.header("If-None-Match");
        return given != null && (given.strip().equals("*") || given.contains(etag.substring(2)));
    }

    private static boolean accepts(Context c, String encoding) {
        QuotedQualityCSV accepted = new QuotedQualityCSV();
        accepted.addValue(Objects.requireNonNullElse(c.header("Accept-Encoding"), ""));
        return accepted.getValues().contains(encoding);
    }
}
