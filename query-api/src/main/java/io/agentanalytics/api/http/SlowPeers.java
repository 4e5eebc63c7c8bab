package io.agentanalytics.api.http;

import io.agentanalytics.contract.DaemonThreads;
import jakarta.servlet.http.HttpServletRequest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protection against slow peers (Slowloris). A peer that sends or reads only a byte now and then
 * holds no thread and is disconnected after ten seconds: while it sends headers, while it sends a
 * body, and while it reads an export.
 */
final class SlowPeers implements Connection.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowPeers.class);
    static final long MAX_BODY = 64 << 10;
    private static final long PATIENCE_SECONDS = 10;

    private final Map<Connection, Receiving> connections = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("slow-peers"));

    /**
     * Number of requests on a connection, number of bytes received, and time (nanoseconds) at which
     * the bytes of the next request began to arrive.
     */
    private record Receiving(long requests, long bytes, long sinceNanos) {}

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    SlowPeers() {
        timer.scheduleWithFixedDelay(this::sweepSafely, 1, 1, TimeUnit.SECONDS);
    }

    /**
     * Returns a handler that reads a request body, which must be small, before the request gets a
     * thread.
     */
    Handler.Singleton handler() {
        return new Deadline(
                new SizeLimitHandler(MAX_BODY, -1),
                // Retains bodies of any type: a form would otherwise be parsed and no longer be
                // available.
                new EagerContentHandler(new EagerContentHandler.RetainedContentLoaderFactory()));
    }

    @Override
    public void onOpened(Connection connection) {
        connections.put(connection, new Receiving(0, 0, System.nanoTime()));
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    /** Catches exceptions: an uncaught exception would cancel the timer. */
    private void sweepSafely() {
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.warn("Connections could not be checked.", e);
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        connections.forEach(
                (connection, before) -> {
                    long requests = connection.getMessagesIn();
                    long bytes = connection.getBytesIn();
                    boolean answering = requests > connection.getMessagesOut();
                    boolean between = requests > 0 && bytes == before.bytes;
                    if (requests != before.requests || answering || between) {
                        connections.replace(connection, new Receiving(requests, bytes, now));
                    } else if (now - before.sinceNanos
                            > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
                        connection
                                .getEndPoint()
                                .close(new TimeoutException("headers took too long"));
                    }
                });
    }

    /** Returns a stream that disconnects the peer if it reads a single write too slowly. */
    OutputStream deadline(HttpServletRequest request, OutputStream out) {
        EndPoint peer = endPoint(ServletContextRequest.getServletContextRequest(request));
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                var cut = cutOff(peer);
                try {
                    out.write(bytes, offset, length);
                    out.flush();
                } finally {
                    cut.cancel(false);
                }
            }
        };
    }

    /** Aborts the connection of a request, so that the peer detects an incomplete response. */
    void cut(HttpServletRequest request) {
        endPoint(ServletContextRequest.getServletContextRequest(request))
                .close(new IOException("the answer was aborted"));
    }

    private static EndPoint endPoint(Request request) {
        return request.getConnectionMetaData().getConnection().getEndPoint();
    }

    private ScheduledFuture<?> cutOff(EndPoint peer) {
        return timer.schedule(
                () -> peer.close(new TimeoutException("the peer was too slow")),
                PATIENCE_SECONDS,
                TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /** Requires the complete body to arrive in time, before the inner handlers see the request. */
    private final class Deadline extends Handler.Wrapper {
        private static final String PENDING = "io.agentanalytics.body";

        Deadline(Handler.Wrapper size, Handler.Wrapper eager) {
            super(size);
            size.setHandler(eager);
            eager.setHandler(
                    new Handler.Wrapper() {
                        @Override
                        public boolean handle(Request request, Response response, Callback callback)
                                throws Exception {
                            if (request.getAttribute(PENDING) instanceof ScheduledFuture<?> cut) {
                                cut.cancel(false);
                            }
                            return super.handle(request, response, callback);
                        }
                    });
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            boolean body =
                    request.getLength() > 0
                            || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
            if (body) {
                var cut = cutOff(endPoint(request));
                request.setAttribute(PENDING, cut);
                return super.handle(
                        request, response, Callback.from(callback, () -> cut.cancel(false)));
            }
            return super.handle(request, response, callback);
        }
    }
}
