package io.agentanalytics.job.rest;

import java.nio.charset.StandardCharsets;
import org.apache.flink.shaded.netty4.io.netty.buffer.Unpooled;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFutureListener;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelHandlerContext;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInboundHandlerAdapter;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.DefaultFullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.FullHttpResponse;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpHeaderNames;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpRequest;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpResponseStatus;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpServerCodec;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.HttpVersion;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.http.QueryStringDecoder;
import org.apache.flink.shaded.netty4.io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** Rejects forbidden requests of a connection and closes it; forwards all others. */
final class RestGuard extends ChannelInboundHandlerAdapter {
    private final RestRules rules;
    private boolean refused;

    RestGuard(RestRules rules) {
        this.rules = rules;
    }

    /**
     * Inserts the guard directly behind the HTTP codec. Flink inserts handlers behind its upload
     * handler, which would store a request body first.
     */
    static final class Installer extends ChannelInboundHandlerAdapter {
        private final RestRules rules;

        Installer(RestRules rules) {
            this.rules = rules;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            var pipeline = context.pipeline();
            String codec = pipeline.context(HttpServerCodec.class).name();
            pipeline.addAfter(codec, "agent-analytics-rest-guard", new RestGuard(rules));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the listener closes it in any case
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!refused && message instanceof HttpRequest request) {
            RestRules.RejectedRequest refusal = check(request);
            if (refusal != null) {
                refused = true;
                context.writeAndFlush(answer(refusal)).addListener(ChannelFutureListener.CLOSE);
            }
        }
        if (refused) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    private RestRules.@Nullable RejectedRequest check(HttpRequest request) {
        try {
            String path = new QueryStringDecoder(request.uri()).path();
            return rules.check(request.method().name(), path, request.headers()::get);
        } catch (IllegalArgumentException e) {
            return new RestRules.RejectedRequest(400, "The path is not percent-encoded UTF-8.");
        }
    }

    private static FullHttpResponse answer(RestRules.RejectedRequest refusal) {
        FullHttpResponse answer =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(refusal.status()),
                        Unpooled.copiedBuffer(refusal.reason() + "\n", StandardCharsets.UTF_8));
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        return answer;
    }
}
