package io.agentanalytics.intake;

import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultithreadEventLoopGroup;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Thread that accepts the connections of a port. It ends when the port is closed. Armeria would
 * stop it later and wait for two seconds in which it has no task.
 */
final class Acceptor extends MultithreadEventLoopGroup {
    /** Time without a task after which the thread ends: the close of the port is one. */
    private static final long QUIET_MILLIS = 100;

    private static final long TIMEOUT_MILLIS = 5_000;

    Acceptor(String name) {
        super(
                1,
                (Executor) null, // has no task: the thread is that of the group below
                Flags.transportType()
                        .newEventLoopGroup(
                                1, type -> ThreadFactories.newEventLoopThreadFactory(name, false)));
    }

    @Override
    protected EventLoop newChild(Executor executor, Object... arguments) {
        return ((EventLoopGroup) arguments[0]).next();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // Armeria waits for the end of the thread
    public ChannelFuture register(Channel port) {
        port.closeFuture()
                .addListener(
                        closed ->
                                next().parent()
                                        .shutdownGracefully(
                                                QUIET_MILLIS,
                                                TIMEOUT_MILLIS,
                                                TimeUnit.MILLISECONDS));
        return super.register(port);
    }
}
