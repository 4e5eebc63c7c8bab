package io.agentanalytics.intake;

import com.linecorp.armeria.common.SessionProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client needs more than ten seconds to send the headers of a request
 * (Slowloris); the timeouts of Armeria begin only after the headers. On HTTP/2 only the first
 * request is watched: later bytes may be pings. All calls are on the event loop of the connection.
 */
final class HeaderDeadline extends ChannelInboundHandlerAdapter {
    private static final AttributeKey<HeaderDeadline> KEY =
            AttributeKey.valueOf(HeaderDeadline.class, "headerDeadline");
    private static final int PATIENCE_SECONDS = 10;
    private @Nullable ScheduledFuture<?> deadline;
    private int openRequests;
    private boolean isWatched = true;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        context.channel().attr(KEY).set(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean hasBytes = !(message instanceof ByteBuf bytes) || bytes.isReadable();
        if (isWatched && openRequests == 0 && deadline == null && hasBytes) {
            Channel channel = context.channel();
            deadline =
                    channel.eventLoop()
                            .schedule(() -> close(channel), PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        context.fireChannelRead(message);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nothing is left to do on this connection
    private static void close(Channel channel) {
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        cancel();
        context.fireChannelInactive();
    }

    /** Notes that the headers of a request are complete. */
    static void begin(Channel channel, SessionProtocol protocol) {
        HeaderDeadline watch = channel.attr(KEY).get();
        if (watch != null) {
            watch.isWatched = !protocol.isMultiplex();
            watch.openRequests++;
            watch.cancel();
        }
    }

    /** Notes that a request is answered, after which the next one may begin. */
    static void end(Channel channel) {
        HeaderDeadline watch = channel.attr(KEY).get();
        if (watch != null) {
            watch.openRequests--;
        }
    }

    private void cancel() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
