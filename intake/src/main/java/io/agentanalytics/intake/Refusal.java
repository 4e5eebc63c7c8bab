package io.agentanalytics.intake;

import com.google.rpc.Code;
import com.linecorp.armeria.common.HttpMethod;
import io.agentanalytics.sources.MalformedBodyException;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Request that is not accepted. The detail names the error and the remedy. It quotes values of the
 * request line and of a header, never of the body, nor a token.
 */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    /** Length of a value of the request in an error text. */
    private static final int MAX_QUOTED = 100;

    private final int status;
    private final String code;
    private final int retryAfterSeconds;

    private Refusal(int status, String code, String detail, int retryAfterSeconds) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    Refusal(int status, String code, String detail) {
        this(status, code, detail, 0);
    }

    static Refusal malformed(MalformedBodyException e) {
        return new Refusal(400, "malformed_body", String.valueOf(e.getMessage()));
    }

    static Refusal tooLarge(int maxBytes) {
        return new Refusal(
                413,
                "too_large",
                "The body exceeds %d bytes, before or after decompression; send smaller batches."
                        .formatted(maxBytes));
    }

    static Refusal tooSlow() {
        return new Refusal(
                408,
                "too_slow",
                "The body did not arrive within ten seconds; send smaller batches.");
    }

    static Refusal overRate(int perSecond, long retryAfterSeconds) {
        return new Refusal(
                429,
                "over_rate",
                "The token exceeded its limit of %d records per second; send fewer, or raise"
                                .formatted(perSecond)
                        + " its rate in the token file.",
                Math.toIntExact(retryAfterSeconds));
    }

    static Refusal unavailable(String code, String detail) {
        return new Refusal(503, code, detail, 1);
    }

    static Refusal spoolFull() {
        return unavailable(
                "spool_full",
                "Kafka is unavailable, and the spool is full or cannot be written; try later.");
    }

    static Refusal internal() {
        return new Refusal(
                500, "internal", "The intake failed to process the request; its log says why.");
    }

    static Refusal notFound(String path) {
        return new Refusal(
                404,
                "not_found",
                "There is no path '%s'; telemetry goes to /v1/traces, /v1/logs and /v1/metrics."
                        .formatted(shortened(path)));
    }

    static Refusal badMethod(HttpMethod method, String path, HttpMethod allowed) {
        return new Refusal(
                405,
                "method_not_allowed",
                "%s is not supported at %s; use %s.".formatted(method, path, allowed));
    }

    /**
     * @param type content type of the request; null for none
     */
    static Refusal badType(@Nullable String type, String path, Set<String> accepted) {
        return new Refusal(
                415,
                "unsupported_media_type",
                "%s is not accepted at %s; send %s, in UTF-8."
                        .formatted(
                                type == null
                                        ? "A request without a content type"
                                        : "The content type '" + shortened(type) + "'",
                                path,
                                String.join(" or ", new TreeSet<>(accepted))));
    }

    /** Returns a value of a request as an error text quotes it. */
    static String shortened(@Nullable String value) {
        String text = String.valueOf(value);
        return text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "...";
    }

    int status() {
        return status;
    }

    /** Returns the stable name of the error, for programs. */
    String code() {
        return code;
    }

    String detail() {
        return String.valueOf(getMessage());
    }

    /** Returns the time after which another attempt makes sense; 0 if it does not. */
    int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** Returns the gRPC code that corresponds to the HTTP status for OTLP clients. */
    Code rpcCode() {
        return switch (status) {
            case 400, 415 -> Code.INVALID_ARGUMENT;
            case 401 -> Code.UNAUTHENTICATED;
            case 403, 421 -> Code.PERMISSION_DENIED;
            case 404, 405 -> Code.UNIMPLEMENTED;
            case 408 -> Code.DEADLINE_EXCEEDED;
            case 413, 429 -> Code.RESOURCE_EXHAUSTED;
            case 503 -> Code.UNAVAILABLE;
            default -> Code.INTERNAL;
        };
    }

    /** Returns this refusal as OTLP reports it. */
    com.google.rpc.Status rpcStatus() {
        var rpc = com.google.rpc.Status.newBuilder();
        rpc.setCode(rpcCode().getNumber()).setMessage(detail());
        if (retryAfterSeconds > 0) {
            var delay = com.google.protobuf.Duration.newBuilder().setSeconds(retryAfterSeconds);
            var retry = com.google.rpc.RetryInfo.newBuilder().setRetryDelay(delay).build();
            rpc.addDetails(com.google.protobuf.Any.pack(retry));
        }
        return rpc.build();
    }
}
