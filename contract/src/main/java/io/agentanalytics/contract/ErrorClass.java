package io.agentanalytics.contract;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Error class of a failure. {@code error_type} is free text; a fixed set of classes keeps the
 * statistics bounded and their sums independent of order. Never reorder or remove constants: the
 * ordinal is stored.
 */
public enum ErrorClass {
    RATE_LIMIT(
            Blame.CAPACITY,
            "rate_limit",
            "429",
            "rate_limited",
            "rate_limit_exceeded",
            "rate_limit_error",
            "throttled",
            "too_many_requests",
            "resource_exhausted",
            "RateLimitException",
            "ThrottlingException",
            "ModelThrottledException",
            "TooManyRequestsException"),
    QUOTA(
            Blame.ACCOUNT,
            "quota",
            "402",
            "insufficient_quota",
            "quota_exceeded",
            "billing",
            "billing_error",
            "ServiceQuotaExceededException",
            "BudgetExceededError"),
    TIMEOUT(
            Blame.PROVIDER,
            "timeout",
            "408",
            "504",
            "timeout_error",
            "timed_out",
            "request_timeout",
            "gateway_timeout",
            "deadline_exceeded",
            "etimedout",
            "APIConnectionTimeoutError",
            "APITimeoutError",
            "TimeoutException",
            "ReadTimeout",
            "ReadTimeoutError",
            "ConnectTimeout",
            "ConnectTimeoutError",
            "ModelTimeoutException",
            "SocketTimeoutException",
            "HttpTimeoutException",
            "HttpConnectTimeoutException"),
    SERVER_ERROR(
            Blame.PROVIDER,
            "server_error",
            "500",
            "502",
            "503",
            "529",
            "api_error",
            "internal",
            "internal_error",
            "internal_server_error",
            "overloaded",
            "overloaded_error",
            "unavailable",
            "service_unavailable",
            "bad_gateway",
            "InternalServerException",
            "ServiceUnavailableError",
            "ServiceUnavailableException",
            "ModelErrorException",
            "ModelNotReadyException"),
    CONNECTION(
            Blame.PROVIDER,
            "connection",
            "connection_error",
            "econnreset",
            "econnrefused",
            "enotfound",
            "broken_stream",
            "APIConnectionError",
            "ConnectError",
            "ConnectException",
            "ReadError",
            "RemoteProtocolError",
            "EndpointConnectionError",
            "ConnectionResetError",
            "ConnectionClosedError",
            "SocketException",
            "UnknownHostException"),
    AUTH(
            Blame.ACCOUNT,
            "auth",
            "401",
            "403",
            "authentication_error",
            "permission_error",
            "permission_denied",
            "unauthenticated",
            "unauthorized",
            "forbidden",
            "AuthenticationException",
            "PermissionDeniedError",
            "AccessDeniedException"),
    CONTENT_FILTER(
            Blame.REQUEST,
            "content_filter",
            "safety",
            "refusal",
            "content_policy_violation",
            "ContentPolicyViolationError",
            "ContentFilterFinishReasonError",
            "ContentFilteredException"),
    CONTEXT_LENGTH(
            Blame.REQUEST,
            "context_length",
            "413",
            "context_length_exceeded",
            "request_too_large",
            "ContextWindowExceededError",
            "ContextWindowOverflowException"),
    INVALID_REQUEST(
            Blame.REQUEST,
            "invalid_request",
            "400",
            "404",
            "422",
            "client",
            "invalid_request_error",
            "invalid_argument",
            "bad_request",
            "not_found",
            "not_found_error",
            "BadRequestError",
            "UnprocessableEntityError",
            "InvalidRequestException",
            "ValidationException",
            "ModelNotFoundException",
            "ResourceNotFoundException"),
    UNRESOLVED(Blame.AGENT, "unresolved"),
    TOOL_ERROR(Blame.AGENT, "tool_error", "tool"),
    OTHER(Blame.AGENT, "other");

    /** HTTP status, with or without its reason. */
    private static final Pattern STATUS =
            Pattern.compile("\\s*([45]\\d\\d)(?!\\w).*", Pattern.DOTALL);

    private static final Pattern PUNCTUATION = Pattern.compile("[-_ ]");

    /** Classes by name, and by name without punctuation in lower case. */
    private static final Map<String, ErrorClass> BY_NAME = new HashMap<>();

    static {
        for (ErrorClass c : values()) {
            for (String name : c.names) {
                BY_NAME.put(name, c);
                BY_NAME.put(plain(name), c);
            }
        }
    }

    private final Blame blame;
    private final String[] names;

    /** Party that has to act before the request can succeed. */
    public enum Blame {
        /** The provider is unhealthy. Provider health statistics count only these errors. */
        PROVIDER,
        /** The provider is healthy but rejects requests above its capacity. */
        CAPACITY,
        /** The account: quota or credentials. */
        ACCOUNT,
        /** The request itself. */
        REQUEST,
        /** The agent or its model; another provider may succeed. */
        AGENT
    }

    ErrorClass(Blame blame, String... names) {
        this.blame = blame;
        this.names = names;
    }

    public Blame blame() {
        return blame;
    }

    /** Returns the error classes attributed to the given party. */
    public static List<ErrorClass> of(Blame blame) {
        return Arrays.stream(values()).filter(c -> c.blame == blame).toList();
    }

    /**
     * Returns all names of the classes attributed to the given parties, in lower case, with and
     * without punctuation.
     */
    public static List<String> namesOf(Blame... blames) {
        return Arrays.stream(values())
                .filter(c -> List.of(blames).contains(c.blame))
                .flatMap(c -> Arrays.stream(c.names))
                .flatMap(name -> Stream.of(name.toLowerCase(Locale.ROOT), plain(name)))
                .distinct()
                .toList();
    }

    public String wireName() {
        return names[0];
    }

    /**
     * Returns the class of an {@code error_type} as reported by senders: one of our names, of the
     * codes of providers and of gRPC, an HTTP status, or an exception of the SDKs of providers, of
     * frameworks and of HTTP clients, with or without its module; {@link #OTHER} if it is unknown.
     */
    public static ErrorClass of(String errorType) {
        ErrorClass exact = BY_NAME.get(errorType);
        if (exact != null) {
            return exact;
        }
        Matcher status = STATUS.matcher(errorType);
        if (status.matches()) {
            ErrorClass known = BY_NAME.get(status.group(1));
            return known != null
                    ? known
                    : status.group(1).startsWith("5") ? SERVER_ERROR : INVALID_REQUEST;
        }
        return BY_NAME.getOrDefault(plain(errorType), OTHER);
    }

    /** Returns {@code ratelimiterror} for {@code rate_limit_error} and {@code a.RateLimitError}. */
    private static String plain(String name) {
        String last = name.substring(name.lastIndexOf('.') + 1);
        return PUNCTUATION.matcher(last).replaceAll("").toLowerCase(Locale.ROOT);
    }
}
