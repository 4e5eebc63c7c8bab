package io.agentanalytics.api.http;

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
 * Peers that send or read a byte now and then hold no thread and are cut off after ten seconds:
 * while they send headers, while they send a body, and while they read an export.
 */
final class SlowPeers implements Connection.Listener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlowPeers.class);
    static final long MAX_BODY = 64 << 10;
    private static final long PATIENCE_SECONDS = 10;

    private final Map<Connection, Receiving> connections = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "slow-peers");
                        thread.setDaemon(true);
                        return thread;
                    });

    /** How many requests a connection had, and since when bytes of the next one come in. */
    private record Receiving(long requests, long bytes, long sinceNanos) {}

    SlowPeers() {
        timer.scheduleWithFixedDelay(this::sweepSafely, 1, 1, TimeUnit.SECONDS);
    }

    /** Bodies are small, and are read before a thread is given to their request. */
    Handler.Singleton handler() {
        return new Deadline(
                new SizeLimitHandler(MAX_BODY, -1),
                // Any type is kept as it is: a form would be parsed and gone otherwise.
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

    /** An exception would end the timer for good. */
    private void sweepSafely() {
        try {
            sweep();
        } catch (RuntimeException e) {
            LOG.warn("Connections could not be looked at.", e);
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

    /** Cuts the peer off if it takes too long to read what is written at once. */
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

    /** Ends the connection of a request, so that its peer knows that the answer is not whole. */
    void cut(HttpServletRequest request) {
        endPoint(ServletContextRequest.getServletContextRequest(request))
                .close(new IOException("the answer broke off"));
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

    /** A body must have come in whole before the handlers behind this one see its request. */
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
