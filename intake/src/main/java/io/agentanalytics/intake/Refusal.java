package io.agentanalytics.intake;

import com.google.rpc.Code;
import io.agentanalytics.sources.MalformedBodyException;

/** Request that is not accepted. The detail names the error and the remedy, never content. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;
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
                "The body is larger than %d bytes, after decompression; send smaller batches."
                        .formatted(maxBytes));
    }

    static Refusal tooSlow() {
        return new Refusal(408, "too_slow", "The body did not arrive within ten seconds.");
    }

    static Refusal overRate(long retryAfterSeconds) {
        return new Refusal(
                429,
                "over_rate",
                "The token sends more records per second than its limit.",
                Math.toIntExact(retryAfterSeconds));
    }

    static Refusal unavailable(String code, String detail) {
        return new Refusal(503, code, detail, 1);
    }

    static Refusal internal() {
        return new Refusal(500, "internal", "The request met an error of the intake.");
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

    /** Returns the gRPC code that means the same to OTLP clients as the HTTP status. */
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

    /** Returns the same as a message of OTLP. */
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
