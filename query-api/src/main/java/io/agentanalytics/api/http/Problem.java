package io.agentanalytics.api.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Error response according to RFC 9457. The detail names the value and the remedy. */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** URI prefix of the problem types, which are listed in docs/api.md. */
    private static final String TYPES = "urn:agent-analytics:problem:";

    private final int status;
    private final String code;

    public Problem(int status, String code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    public static Problem badRequest(String code, String detail) {
        return new Problem(400, code, detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "not_found", detail);
    }

    static <T> T requireFound(Optional<T> answer, String otherwise) {
        return answer.orElseThrow(() -> notFound(otherwise));
    }

    static Problem tooSlow() {
        return new Problem(
                503,
                "slow_answer",
                "The answer takes longer than a request may wait; it is still being computed, try"
                        + " again in a second.");
    }

    static Problem overloaded() {
        return new Problem(
                503, "overloaded", "Too many concurrent requests; try again in a second.");
    }

    public int status() {
        return status;
    }

    String code() {
        return code;
    }

    /** Response body. {@code code} is a stable identifier for programs. */
    public record ProblemBody(
            String type,
            String title,
            int status,
            String code,
            @Nullable String detail,
            String requestId) {}

    ProblemBody body(String requestId) {
        return new ProblemBody(TYPES + code, title(status), status, code, getMessage(), requestId);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 409 -> "Conflict";
            case 408 -> "Request timeout";
            case 413 -> "Content too large";
            case 415 -> "Unsupported media type";
            case 421 -> "Misdirected request";
            case 431 -> "Headers too large";
            case 503 -> "Unavailable";
            case 505 -> "HTTP version not supported";
            default -> status >= 500 ? "Internal error" : "Refused";
        };
    }
}
