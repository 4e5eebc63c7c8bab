package io.agentanalytics.intake;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Mapped;
import io.agentanalytics.sources.Sources;
import io.agentanalytics.sources.TelemetrySignal;

/** OTLP over HTTP, in protobuf or JSON; answers have the content type of the request. */
final class OtlpHttp implements Dialect {
    private static final MediaType PROTOBUF = MediaType.parse("application/x-protobuf");
    private final Sources sources;
    private final TelemetrySignal signal;
    private final boolean isJson;

    OtlpHttp(Sources sources, TelemetrySignal signal, boolean isJson) {
        this.sources = sources;
        this.signal = signal;
        this.isJson = isJson;
    }

    @Override
    public Mapped map(RequestHeaders headers, byte[] message, Caller caller)
            throws MalformedBodyException {
        return sources.otlp(signal, isJson, message, caller);
    }

    @Override
    public HttpResponse accepted(Mapped mapped) {
        return isJson
                ? HttpResponse.of(
                        HttpStatus.OK, MediaType.JSON, ExportResponses.json(signal, mapped))
                : HttpResponse.of(
                        HttpStatus.OK,
                        PROTOBUF,
                        ExportResponses.protobuf(signal, mapped).toByteArray());
    }

    @Override
    public HttpResponse refused(Refusal refusal) {
        var headers = JsonDialect.refusalHeaders(refusal);
        if (!isJson) {
            return HttpResponse.of(
                    headers.contentType(PROTOBUF).build(),
                    HttpData.wrap(refusal.rpcStatus().toByteArray()));
        }
        String body =
                JsonDialect.json(
                        json -> {
                            json.writeNumberField("code", refusal.rpcCode().getNumber());
                            json.writeStringField("message", refusal.detail());
                        });
        return HttpResponse.of(headers.contentType(MediaType.JSON).build(), HttpData.ofUtf8(body));
    }
}
