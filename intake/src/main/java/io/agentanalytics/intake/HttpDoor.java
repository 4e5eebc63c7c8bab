package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentanalytics.intake.IntakeRoutes.Route;
import io.agentanalytics.intake.IntakeTokens.Holder;
import io.agentanalytics.intake.Pipeline.ReceivedBody;
import io.agentanalytics.intake.delivery.LogLimit;
import io.agentanalytics.intake.delivery.SpoolFullException;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Mapped;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Handles all requests over HTTP and gRPC: checks them, receives their bodies, and answers. Event
 * loops only receive; the {@link Pipeline} does the rest.
 */
final class HttpDoor implements HttpService {
    /** Bytes before a gRPC message: a flag and its length. */
    private static final int FRAME_BYTES = 5;

    private final Parts parts;

    /** Parts that a request needs. */
    record Parts(
            IntakeRoutes routes,
            StatusPages pages,
            IntakeGuard guard,
            BodyMemory memory,
            Pipeline pipeline,
            IntakeMetrics metrics,
            LogLimit log) {}

    HttpDoor(Parts parts) {
        this.parts = parts;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        String path = context.path();
        Route route = parts.routes.at(path);
        observe(context, route != null || StatusPages.PATHS.contains(path) ? path : "other");
        return route == null
                ? HttpResponse.of(page(context, request))
                : HttpResponse.of(receive(context, request, route));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on the count
    private void observe(ServiceRequestContext context, String path) {
        Channel channel = context.log().partial().channel();
        if (channel != null) {
            HeaderDeadline.begin(channel, context.sessionProtocol());
        }
        context.log()
                .whenComplete()
                .thenAccept(
                        log -> {
                            if (channel != null) {
                                channel.eventLoop().execute(() -> HeaderDeadline.end(channel));
                            }
                            parts.metrics.answered(
                                    path,
                                    log.responseHeaders().status().code(),
                                    Duration.ofNanos(log.totalDurationNanos()));
                        });
    }

    private CompletableFuture<HttpResponse> page(
            ServiceRequestContext context, HttpRequest request) {
        try {
            if (!StatusPages.PATHS.contains(context.path())) {
                throw Refusal.notFound(context.path());
            }
            HttpResponse page = parts.pages.page(request.headers(), context.path());
            return CompletableFuture.completedFuture(page);
        } catch (Refusal refusal) {
            MediaType type = request.contentType();
            boolean isCall = type != null && type.subtype().startsWith("grpc");
            return BodyReader.discard(context, request, parts.memory, refusal)
                    .handle(
                            (body, e) ->
                                    isCall
                                            ? OtlpGrpc.refusedCall(refusal(e))
                                            : JsonDialect.problem(refusal(e)));
        }
    }

    private CompletableFuture<HttpResponse> receive(
            ServiceRequestContext context, HttpRequest request, Route route) {
        Dialect dialect = route.dialect(request.contentType());
        Dialect answers = dialect == null ? route.fallback() : dialect;
        CompletableFuture<Mapped> accepted;
        try {
            Holder holder = check(request.headers(), route, dialect);
            int maxBytes = parts.pipeline.maxBytes() + FRAME_BYTES;
            accepted =
                    BodyReader.read(context, request, parts.memory, maxBytes)
                            .thenApply(b -> new ReceivedBody(answers, request.headers(), holder, b))
                            .thenCompose(parts.pipeline::process);
        } catch (Refusal refusal) {
            accepted =
                    BodyReader.discard(context, request, parts.memory, refusal)
                            .thenCompose(body -> CompletableFuture.failedFuture(refusal));
        }
        return accepted.handle(
                (mapped, e) -> e == null ? answers.accepted(mapped) : answers.refused(refusal(e)));
    }

    private Holder check(RequestHeaders headers, Route route, @Nullable Dialect dialect)
            throws Refusal {
        parts.guard.checkWriter(headers);
        if (headers.method() != HttpMethod.POST) {
            throw Refusal.badMethod(headers.method(), route.path(), HttpMethod.POST);
        }
        if (dialect == null) {
            throw Refusal.badType(
                    headers.get(HttpHeaderNames.CONTENT_TYPE),
                    route.path(),
                    route.dialects().keySet());
        }
        Holder holder = parts.guard.holder(headers);
        holder.checkRate();
        dialect.check(headers);
        return holder;
    }

    private Refusal refusal(Throwable e) {
        Throwable cause =
                e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof Refusal refusal) {
            return refusal;
        }
        if (cause instanceof MalformedBodyException malformed) {
            return Refusal.malformed(malformed);
        }
        if (cause instanceof StackOverflowError) {
            return new Refusal(
                    400,
                    "too_complex",
                    "The body is nested too deeply; send values with fewer levels.");
        }
        if (cause instanceof SpoolFullException) {
            parts.log.warn(
                    "Records are refused, since Kafka is unavailable and the spool is full", cause);
            return Refusal.spoolFull();
        }
        parts.log.error("A request met an error", cause);
        return Refusal.internal();
    }
}
