package io.agentanalytics.intake;

import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import io.agentanalytics.intake.BodyReader.Body;
import io.agentanalytics.sources.Caller;
import io.agentanalytics.sources.MalformedBodyException;
import io.agentanalytics.sources.Mapped;
import io.agentanalytics.sources.Sources;
import io.agentanalytics.sources.TelemetrySignal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * OTLP over gRPC. A unary call is one frame in each direction, which is read here: a gRPC library
 * would decompress messages on the event loop, and would not count them in {@link BodyMemory}.
 */
final class OtlpGrpc implements Dialect {
    private static final MediaType GRPC = MediaType.parse("application/grpc");
    private static final int FRAME_HEADER = 5;
    private static final String ENCODING = "grpc-encoding";
    private final Sources sources;
    private final TelemetrySignal signal;

    OtlpGrpc(Sources sources, TelemetrySignal signal) {
        this.sources = sources;
        this.signal = signal;
    }

    @Override
    public void check(RequestHeaders headers) throws Refusal {
        ContentCoding.named(headers.get(ENCODING));
    }

    @Override
    public byte[] message(RequestHeaders headers, Body body, int maxBytes) throws Refusal {
        ByteBuffer frame = ByteBuffer.wrap(body.bytes(), 0, body.length());
        int flag = body.length() < FRAME_HEADER ? -1 : frame.get();
        if (flag < 0 || flag > 1 || frame.getInt() != frame.remaining()) {
            throw new Refusal(
                    400,
                    "broken_frame",
                    "The call is not one complete gRPC message; send one message in each call.");
        }
        ContentCoding coding =
                flag == 0 ? ContentCoding.IDENTITY : ContentCoding.named(headers.get(ENCODING));
        return coding.decode(body.bytes(), FRAME_HEADER, body.length(), maxBytes);
    }

    @Override
    public Mapped map(RequestHeaders headers, byte[] message, Caller caller)
            throws MalformedBodyException {
        return sources.otlp(signal, false, message, caller);
    }

    @Override
    public HttpResponse accepted(Mapped mapped) {
        byte[] message = ExportResponses.protobuf(signal, mapped).toByteArray();
        ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER + message.length);
        frame.put((byte) 0).putInt(message.length).put(message);
        return HttpResponse.of(
                ResponseHeaders.builder(200)
                        .contentType(GRPC)
                        .set("grpc-accept-encoding", "identity,gzip,deflate")
                        .build(),
                HttpData.wrap(frame.array()),
                status(HttpHeaders.builder(), Code.OK).build());
    }

    @Override
    public HttpResponse refused(Refusal refusal) {
        return refusedCall(refusal);
    }

    /** Answers a call of any method with an error. */
    static HttpResponse refusedCall(Refusal refusal) {
        var headers = ResponseHeaders.builder(200).contentType(GRPC);
        status(headers, refusal.rpcCode());
        headers.set("grpc-message", percentEncoded(refusal.detail()));
        headers.set(
                "grpc-status-details-bin",
                Base64.getEncoder().encodeToString(refusal.rpcStatus().toByteArray()));
        return HttpResponse.of(headers.build());
    }

    private static HttpHeadersBuilder status(HttpHeadersBuilder headers, Code code) {
        return headers.setInt("grpc-status", code.getNumber());
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                encoded.append((char) b);
            } else {
                encoded.append("%%%02X".formatted(b & 0xff));
            }
        }
        return encoded.toString();
    }
}
