package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Receives the body of a request, within ten seconds and within the memory of all bodies. While
 * memory is short, it stops reading from the connection. All calls are on the event loop of the
 * request.
 */
final class BodyReader implements Subscriber<HttpObject> {
    private static final int PATIENCE_SECONDS = 10;
    private static final int RETRY_MILLIS = 20;
    private static final int FIRST_BYTES = 4 << 10;

    /** A refused body is still read up to this size, so that its sender receives the reason. */
    private static final long DISCARDED_BYTES = 64 << 20;

    private final ServiceRequestContext context;
    private final EventLoop loop;
    private final int maxBytes;
    private final BodyMemory.Lease lease;
    private final CompletableFuture<Body> received = new CompletableFuture<>();
    private final ScheduledFuture<?> deadline;
    private @Nullable Subscription upstream;
    private @Nullable Refusal refusal;
    private byte[] bytes = {};
    private int length;
    private long discarded;

    /** Part of the body that waits for memory. */
    private byte @Nullable [] waiting;

    private boolean isComplete;

    /**
     * A received body, which holds memory until it is closed.
     *
     * @param bytes array of which the first {@code length} bytes are the body
     */
    record Body(byte[] bytes, int length, BodyMemory.Lease lease) implements AutoCloseable {
        @Override
        public void close() {
            lease.close();
        }
    }

    private BodyReader(ServiceRequestContext context, BodyMemory memory, int maxBytes) {
        this.context = context;
        this.maxBytes = maxBytes;
        loop = context.eventLoop().withoutContext();
        lease = memory.lease(() -> loop.execute(this::evicted));
        deadline = loop.schedule(this::late, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Starts to receive a body.
     *
     * @return fails with a {@link Refusal} if the body is too large or too slow, if memory is
     *     short, or if the client goes away
     */
    static CompletableFuture<Body> read(
            ServiceRequestContext context, HttpRequest request, BodyMemory memory, int maxBytes) {
        return start(new BodyReader(context, memory, maxBytes), request);
    }

    /** Reads and drops a body, so that the client receives the refusal of its request. */
    static CompletableFuture<Body> discard(
            ServiceRequestContext context,
            HttpRequest request,
            BodyMemory memory,
            Refusal refusal) {
        BodyReader reader = new BodyReader(context, memory, 0);
        reader.refusal = refusal;
        return start(reader, request);
    }

    private static CompletableFuture<Body> start(BodyReader reader, HttpRequest request) {
        reader.loop.execute(() -> request.subscribe(reader, reader.loop));
        return reader.received;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(HttpObject object) {
        if (object instanceof HttpData data) {
            accept(data.array());
        } else {
            more(); // trailers, which no known client sends
        }
    }

    private void accept(byte[] data) {
        if (received.isDone()) {
            return;
        }
        if (refusal == null && length + (long) data.length > maxBytes) {
            refusal = Refusal.tooLarge(maxBytes);
            bytes = new byte[0];
            lease.close();
        }
        if (refusal != null) {
            discarded += data.length;
            if (discarded > DISCARDED_BYTES) {
                fail(refusal);
            } else {
                more();
            }
        } else if (!fits(length + data.length)) {
            waiting = data;
            retryLater(data);
        } else {
            waiting = null;
            System.arraycopy(data, 0, bytes, length, data.length);
            length += data.length;
            if (isComplete) {
                onComplete();
            } else {
                more();
            }
        }
    }

    private boolean fits(int needed) {
        if (needed <= bytes.length) {
            return true;
        }
        int twice = (int) Math.min(maxBytes, 2L * bytes.length);
        int size = Math.max(needed, Math.max(twice, Math.min(FIRST_BYTES, maxBytes)));
        if (!lease.growTo(size)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, size);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // ends with the request
    private void retryLater(byte[] data) {
        loop.schedule(() -> accept(data), RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void more() {
        if (upstream != null) {
            upstream.request(1);
        }
    }

    /** The end of the stream arrives without a request, even while its last part waits. */
    @Override
    public void onComplete() {
        isComplete = true;
        if (waiting != null) {
            return;
        }
        deadline.cancel(false);
        if (refusal != null) {
            lease.close();
            received.completeExceptionally(refusal);
        } else {
            lease.keep();
            received.complete(new Body(bytes, length, lease));
        }
    }

    @Override
    public void onError(Throwable cause) {
        deadline.cancel(false);
        lease.close();
        received.completeExceptionally(
                new Refusal(
                        400,
                        "broken_request",
                        "The request ended before its body was complete; send it again."));
    }

    private void late() {
        fail(refusal != null ? refusal : waiting != null ? memoryIsShort() : Refusal.tooSlow());
    }

    private void evicted() {
        fail(memoryIsShort());
    }

    private static Refusal memoryIsShort() {
        return Refusal.unavailable(
                "overloaded", "The memory for request bodies is in use; try again in a second.");
    }

    /** Refuses the request before its end, and then closes the connection. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to do on this connection
    private void fail(Refusal why) {
        if (received.isDone()) {
            return;
        }
        deadline.cancel(false);
        lease.close();
        bytes = new byte[0];
        context.initiateConnectionShutdown();
        received.completeExceptionally(why);
        if (upstream != null) {
            upstream.cancel();
        }
    }
}
