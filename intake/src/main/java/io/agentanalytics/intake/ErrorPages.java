package io.agentanalytics.intake;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.agentanalytics.intake.delivery.LogLimit;
import org.jspecify.annotations.Nullable;

/** Answers requests that no route handles: malformed HTTP, and errors of this program. */
final class ErrorPages implements ServerErrorHandler {
    private final LogLimit log;

    ErrorPages(LogLimit log) {
        this.log = log;
    }

    @Override
    public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
        log.error("A request met an error", cause);
        return JsonDialect.problem(Refusal.internal());
    }

    @Override
    public AggregatedHttpResponse onProtocolViolation(
            ServiceConfig config,
            @Nullable RequestHeaders headers,
            HttpStatus status,
            @Nullable String description,
            @Nullable Throwable cause) {
        boolean isTooLong =
                status.equals(HttpStatus.REQUEST_URI_TOO_LONG)
                        || status.equals(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE);
        Refusal refusal =
                new Refusal(
                        status.code(),
                        "broken_request",
                        isTooLong
                                ? "The path or the headers exceed %d bytes; send shorter ones."
                                        .formatted(Intake.MAX_HEADER_BYTES)
                                : "The request is not valid HTTP; send it by a client library.");
        return AggregatedHttpResponse.of(
                ResponseHeaders.builder(status).contentType(JsonDialect.PROBLEM).build(),
                HttpData.ofUtf8(JsonDialect.problemBody(refusal)));
    }
}
