package io.agentanalytics.sources;

import io.agentanalytics.contract.ErrorClass;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Error type of a failed call: by status, by the name of an exception, or by its message. */
final class ErrorTypes {
    private static final Pattern STATUS =
            Pattern.compile("\\s*(?:Error code: )?([45]\\d\\d)\\b.*", Pattern.DOTALL);
    private static final Pattern BROKEN_STREAM =
            Pattern.compile("stream disconnected|decoding response body", Pattern.CASE_INSENSITIVE);

    /** Exceptions of the SDKs of OpenAI, Anthropic and Amazon Bedrock, and of LiteLLM. */
    private static final Map<String, ErrorClass> EXCEPTIONS =
            Map.ofEntries(
                    Map.entry("RateLimitError", ErrorClass.RATE_LIMIT),
                    Map.entry("ThrottlingException", ErrorClass.RATE_LIMIT),
                    Map.entry("OverloadedError", ErrorClass.SERVER_ERROR),
                    Map.entry("InternalServerError", ErrorClass.SERVER_ERROR),
                    Map.entry("ServiceUnavailableError", ErrorClass.SERVER_ERROR),
                    Map.entry("APIConnectionTimeoutError", ErrorClass.TIMEOUT),
                    Map.entry("APITimeoutError", ErrorClass.TIMEOUT),
                    Map.entry("Timeout", ErrorClass.TIMEOUT),
                    Map.entry("APIConnectionError", ErrorClass.CONNECTION),
                    Map.entry("AuthenticationError", ErrorClass.AUTH),
                    Map.entry("PermissionDeniedError", ErrorClass.AUTH),
                    Map.entry("BadRequestError", ErrorClass.INVALID_REQUEST),
                    Map.entry("NotFoundError", ErrorClass.INVALID_REQUEST),
                    Map.entry("ContextWindowExceededError", ErrorClass.CONTEXT_LENGTH));

    private ErrorTypes() {}

    /**
     * Returns the error type.
     *
     * @param status HTTP status, if it is known; other texts are ignored
     * @param name name of an exception, with or without its module, or of an error class
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
        ErrorClass exception = EXCEPTIONS.get(name.substring(name.lastIndexOf('.') + 1));
        return exception != null ? exception : ErrorClass.of(name);
    }
}
