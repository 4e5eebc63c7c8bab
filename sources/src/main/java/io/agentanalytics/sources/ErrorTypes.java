package io.agentanalytics.sources;

import io.agentanalytics.contract.ErrorClass;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Error type of a failed call: by status, by the name of an exception, or by its message. */
final class ErrorTypes {
    private static final Pattern STATUS = Pattern.compile("\\s*([45]\\d\\d)\\b.*", Pattern.DOTALL);
    private static final Pattern BROKEN_STREAM =
            Pattern.compile("stream disconnected|decoding response body", Pattern.CASE_INSENSITIVE);

    /** Exceptions of the SDKs of OpenAI and Anthropic. */
    private static final Map<String, ErrorClass> EXCEPTIONS =
            Map.of(
                    "RateLimitError", ErrorClass.RATE_LIMIT,
                    "InternalServerError", ErrorClass.SERVER_ERROR,
                    "APIConnectionTimeoutError", ErrorClass.TIMEOUT,
                    "APITimeoutError", ErrorClass.TIMEOUT,
                    "APIConnectionError", ErrorClass.CONNECTION,
                    "AuthenticationError", ErrorClass.AUTH,
                    "PermissionDeniedError", ErrorClass.AUTH,
                    "BadRequestError", ErrorClass.INVALID_REQUEST,
                    "NotFoundError", ErrorClass.INVALID_REQUEST);

    private ErrorTypes() {}

    /**
     * Returns the error type.
     *
     * @param status HTTP status, if it is known; other texts are ignored
     * @param name name of an exception or of an error class
     * @param message error message
     */
    static String of(String status, String name, String message) {
        return classOf(status, name, message).wireName();
    }

    private static ErrorClass classOf(String status, String name, String message) {
        for (String text : new String[] {status, message}) {
            Matcher code = STATUS.matcher(text);
            if (code.matches()) {
                return ErrorClass.of(code.group(1));
            }
        }
        if (BROKEN_STREAM.matcher(message).find()) {
            return ErrorClass.CONNECTION;
        }
        ErrorClass exception = EXCEPTIONS.get(name);
        return exception != null ? exception : ErrorClass.of(name);
    }
}
