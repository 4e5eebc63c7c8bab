package io.agentanalytics.api.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Open stream of server-sent events. It uses asynchronous writes and holds no thread. */
final class EventStream implements WriteListener {
    private static final int MAX_WAITING = 1000;
    private final ServletOutputStream out;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private EventStream(ServletOutputStream out) {
        this.out = out;
    }

    /**
     * Opens a stream on the response. The stream stays open until one side closes it.
     *
     * @param begin callback, called when the stream is ready for writes
     */
    static EventStream open(Context c, Consumer<EventStream> begin) throws IOException {
        c.res().setStatus(200);
        c.res().setContentType("text/event-stream");
        c.res().setCharacterEncoding("utf-8");
        c.header("Cache-Control", "no-store");
        c.header("X-Accel-Buffering", "no"); // disables response buffering in nginx
        EventStream stream = new EventStream(c.res().getOutputStream());
        // Javalin runs this supplier after it has made the request asynchronous. A write listener
        // cannot be set earlier.
        c.future(
                () -> {
                    stream.out.setWriteListener(stream);
                    stream.write("retry: 3000\n\n".getBytes(StandardCharsets.UTF_8));
                    begin.accept(stream);
                    return stream.closed;
                });
        return stream;
    }

    /** Sends an event. Disconnects a peer that does not read instead of waiting for it. */
    synchronized void send(String name, @Nullable String id, byte[] json) {
        StringBuilder head = new StringBuilder();
        if (id != null) {
            head.append("id: ").append(id).append('\n');
        }
        head.append("event: ").append(name).append("\ndata: ");
        write(
                (head + new String(json, StandardCharsets.UTF_8) + "\n\n")
                        .getBytes(StandardCharsets.UTF_8));
    }

    /** Sends a comment as a heartbeat, so that proxies and both peers keep the connection open. */
    void heartbeat() {
        write(": heartbeat\n\n".getBytes(StandardCharsets.UTF_8));
    }

    private synchronized void write(byte[] bytes) {
        if (waiting.size() >= MAX_WAITING) {
            close();
            return;
        }
        waiting.add(bytes);
        onWritePossible();
    }

    @Override
    public synchronized void onWritePossible() {
        try {
            boolean written = false;
            while (!closed.isDone() && out.isReady()) {
                byte[] next = waiting.poll();
                if (next != null) {
                    out.write(next);
                    written = true;
                } else if (written) {
                    written = false;
                    out.flush();
                } else {
                    return;
                }
            }
        } catch (IOException | IllegalStateException e) {
            close();
        }
    }

    @Override
    public void onError(Throwable failure) {
        close();
    }

    void close() {
        closed.complete(null);
    }

    boolean isOpen() {
        return !closed.isDone();
    }

    CompletableFuture<Void> closed() {
        return closed;
    }
}
