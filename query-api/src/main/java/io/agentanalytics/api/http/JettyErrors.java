package io.agentanalytics.api.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Error handler for requests that Jetty rejects: responds with problem+json instead of HTML. */
final class JettyErrors extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(JettyErrors.class);

    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        Problem problem =
                new Problem(
                        code,
                        Errors.code(code),
                        message == null ? "The request is not valid HTTP." : message);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Errors.CONTENT_TYPE);
        String id = Errors.requestId();
        LOG.info("Jetty answered {} {}, id {}: {}", code, problem.code(), id, problem.getMessage());
        response.write(true, ByteBuffer.wrap(ApiJson.bytes(problem.body(id))), callback);
    }
}
