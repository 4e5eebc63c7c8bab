package io.agentanalytics.sources;

import io.agentanalytics.contract.ErrorClass;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Error type of a failed call: by status, by the name of an exception, or by its message. */
final class ErrorTypes {
    private static final Pattern STATUS = Pattern.compile("\\s*([45]\\d\\d)\\b.*", Pattern.DOTALL);

    /** HTTP status within a message, as the SDKs and HTTP clients of each language write it. */
    private static final Pattern STATUS_IN_MESSAGE =
            Pattern.compile(
                    "(?:^\\s*(?:Error: )?|Error code: |\\bHTTP(?:/[\\d.]+)?(?: error)?[: ]+"
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

    /** Codex reports it as the reason why a stream broke. */
    private static final Pattern RATE_LIMIT =
            Pattern.compile("rate limit (reached|exceeded)", Pattern.CASE_INSENSITIVE);

    private static Pattern code(String codes) {
        return Pattern.compile("\\b(" + codes + ")\\b", Pattern.CASE_INSENSITIVE);
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
        ErrorClass named = ErrorClass.of(name);
        if (CODES.containsKey(named)) {
            return named;
        }
        Matcher own = STATUS.matcher(status);
        Matcher told = STATUS_IN_MESSAGE.matcher(text);
        if (own.matches()) {
            return ErrorClass.of(own.group(1));
        }
        if (told.find()) {
            return ErrorClass.of(told.group(1));
        }
        if (RATE_LIMIT.matcher(text).find()) {
            return ErrorClass.RATE_LIMIT;
        }
        if (BROKEN_STREAM.matcher(text).find()) {
            return ErrorClass.CONNECTION;
        }
        return named == ErrorClass.OTHER ? ofName(text) : named;
    }

    /** Returns the class of the exception that a message names. */
    private static ErrorClass ofName(String message) {
        Matcher name = NAME_IN_MESSAGE.matcher(message);
        ErrorClass found = ErrorClass.OTHER;
        while (found == ErrorClass.OTHER && name.find()) {
            found = ErrorClass.of(name.group(1) == null ? name.group(2) : name.group(1));
        }
        return found;
    }
}
