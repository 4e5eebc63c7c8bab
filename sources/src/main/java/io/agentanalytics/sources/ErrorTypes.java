package io.agentanalytics.sources;

import io.agentanalytics.contract.ErrorClass;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Error type of a failed call: by status, by the name of an exception, or by its message. */
final class ErrorTypes {
    private static final Pattern STATUS = Pattern.compile("\\s*([45]\\d\\d)\\b.*", Pattern.DOTALL);

    /** HTTP status within a message, as the SDKs and HTTP clients of each language write it. */
    private static final Pattern STATUS_IN_MESSAGE =
            Pattern.compile(
                    "(?:^\\s*|Error code: |\\bHTTP(?:/[\\d.]+)?(?: error)?[: ]+"
                            + "|\\bstatus(?:[ _-]?code)?(?: is| was| of)?[: =]+"
                            + "|(?:Client|Server) error '|\\[|success: )"
                            + "([45]\\d\\d)\\b",
                    Pattern.CASE_INSENSITIVE);

    /** Codes of providers, which are more precise than the status that comes with them. */
    private static final Map<ErrorClass, Pattern> CODES =
            new EnumMap<>(
                    Map.of(
                            ErrorClass.QUOTA,
                            code("insufficient_quota|credit balance is too low"),
                            ErrorClass.CONTEXT_LENGTH,
                            code(
                                    "context_length_exceeded|maximum context length"
                                            + "|prompt is too long|input is too long"),
                            ErrorClass.CONTENT_FILTER,
                            code(
                                    "content_filter|content_policy_violation"
                                            + "|ResponsibleAIPolicyViolation")));

    /** {@code RateLimitError: ...}, and {@code (ThrottlingException)} of the SDK of AWS. */
    private static final Pattern NAME_IN_MESSAGE =
            Pattern.compile(
                    "^\\s*(?:[\\w$]+\\.)*(\\w+)[:(]|An error occurred \\((\\w+)\\) when calling");

    /** A message may hold a whole body or a stack trace. */
    private static final int MAX_CHARS = 1_000;

    private static final Pattern BROKEN_STREAM =
            Pattern.compile("stream disconnected|decoding response body", Pattern.CASE_INSENSITIVE);

    /** Exceptions of the SDKs of providers, of LiteLLM, of frameworks and of HTTP clients. */
    private static final Map<String, ErrorClass> EXCEPTIONS = new HashMap<>();

    static {
        exceptions(
                ErrorClass.RATE_LIMIT,
                "RateLimitError",
                "RateLimitException",
                "ThrottlingException",
                "ModelThrottledException",
                "ResourceExhausted",
                "TooManyRequests",
                "TooManyRequestsException");
        exceptions(ErrorClass.QUOTA, "ServiceQuotaExceededException", "BudgetExceededError");
        exceptions(
                ErrorClass.SERVER_ERROR,
                "OverloadedError",
                "InternalServerError",
                "InternalServerException",
                "ServiceUnavailable",
                "ServiceUnavailableError",
                "ServiceUnavailableException",
                "ModelErrorException",
                "ModelNotReadyException",
                "BadGateway");
        exceptions(
                ErrorClass.TIMEOUT,
                "APIConnectionTimeoutError",
                "APITimeoutError",
                "Timeout",
                "TimeoutError",
                "TimeoutException",
                "ReadTimeout",
                "ReadTimeoutError",
                "ConnectTimeout",
                "ConnectTimeoutError",
                "ModelTimeoutException",
                "SocketTimeoutException",
                "HttpTimeoutException",
                "HttpConnectTimeoutException",
                "DeadlineExceeded",
                "GatewayTimeout");
        exceptions(
                ErrorClass.CONNECTION,
                "APIConnectionError",
                "ConnectionError",
                "ConnectError",
                "ConnectException",
                "ReadError",
                "RemoteProtocolError",
                "EndpointConnectionError",
                "ConnectionResetError",
                "ConnectionClosedError",
                "SocketException",
                "UnknownHostException");
        exceptions(
                ErrorClass.AUTH,
                "AuthenticationError",
                "AuthenticationException",
                "PermissionDenied",
                "PermissionDeniedError",
                "Unauthenticated",
                "Unauthorized",
                "AccessDeniedException");
        exceptions(
                ErrorClass.CONTENT_FILTER,
                "ContentPolicyViolationError",
                "ContentFilterFinishReasonError",
                "ContentFilteredException");
        exceptions(
                ErrorClass.CONTEXT_LENGTH,
                "ContextWindowExceededError",
                "ContextWindowOverflowException");
        exceptions(
                ErrorClass.INVALID_REQUEST,
                "BadRequestError",
                "NotFoundError",
                "UnprocessableEntityError",
                "InvalidArgument",
                "InvalidRequestException",
                "ValidationException",
                "ModelNotFoundException",
                "ResourceNotFoundException");
    }

    private static Pattern code(String codes) {
        return Pattern.compile("\\b(" + codes + ")\\b", Pattern.CASE_INSENSITIVE);
    }

    private static void exceptions(ErrorClass error, String... names) {
        for (String name : names) {
            EXCEPTIONS.put(name, error);
        }
    }

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
        String text = message.substring(0, Math.min(MAX_CHARS, message.length()));
        for (Map.Entry<ErrorClass, Pattern> code : CODES.entrySet()) {
            if (code.getValue().matcher(text).find()) {
                return code.getKey();
            }
        }
        ErrorClass exception = EXCEPTIONS.get(name.substring(name.lastIndexOf('.') + 1));
        if (exception != null && CODES.containsKey(exception)) {
            return exception;
        }
        Matcher own = STATUS.matcher(status);
        Matcher told = STATUS_IN_MESSAGE.matcher(text);
        if (own.matches()) {
            return ErrorClass.of(own.group(1));
        }
        if (told.find()) {
            return ErrorClass.of(told.group(1));
        }
        if (BROKEN_STREAM.matcher(text).find()) {
            return ErrorClass.CONNECTION;
        }
        ErrorClass named = exception != null ? exception : ErrorClass.of(name);
        return named == ErrorClass.OTHER ? ofName(text) : named;
    }

    /** Returns the class of the exception that a message names. */
    private static ErrorClass ofName(String message) {
        Matcher name = NAME_IN_MESSAGE.matcher(message);
        @Nullable ErrorClass found = null;
        while (found == null && name.find()) {
            found = EXCEPTIONS.get(name.group(1) == null ? name.group(2) : name.group(1));
        }
        return found == null ? ErrorClass.OTHER : found;
    }
}
