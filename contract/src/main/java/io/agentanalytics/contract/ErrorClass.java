package io.agentanalytics.contract;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

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
            "rate_limit_exceeded",
            "rate_limit_error",
            "throttled"),
    QUOTA(Blame.ACCOUNT, "quota", "402", "insufficient_quota", "quota_exceeded", "billing"),
    TIMEOUT(
            Blame.PROVIDER,
            "timeout",
            "408",
            "504",
            "request_timeout",
            "deadline_exceeded",
            "etimedout"),
    SERVER_ERROR(
            Blame.PROVIDER,
            "server_error",
            "500",
            "502",
            "503",
            "529",
            "api_error",
            "internal_server_error",
            "overloaded",
            "overloaded_error",
            "unavailable"),
    CONNECTION(
            Blame.PROVIDER,
            "connection",
            "connection_error",
            "econnreset",
            "econnrefused",
            "broken_stream"),
    AUTH(Blame.ACCOUNT, "auth", "401", "403", "authentication_error", "permission_error"),
    CONTENT_FILTER(
            Blame.REQUEST, "content_filter", "safety", "refusal", "content_policy_violation"),
    CONTEXT_LENGTH(
            Blame.REQUEST, "context_length", "413", "context_length_exceeded", "request_too_large"),
    INVALID_REQUEST(
            Blame.REQUEST,
            "invalid_request",
            "400",
            "404",
            "422",
            "client",
            "invalid_request_error"),
    UNRESOLVED(Blame.AGENT, "unresolved"),
    TOOL_ERROR(Blame.AGENT, "tool_error", "tool"),
    OTHER(Blame.AGENT, "other");

    private static final Pattern STATUS = Pattern.compile("[45]\\d\\d");
    private static final Map<String, ErrorClass> BY_NAME = new HashMap<>();

    static {
        for (ErrorClass c : values()) {
            for (String name : c.names) {
                BY_NAME.put(name, c);
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

    public String wireName() {
        return names[0];
    }

    /**
     * Returns the class of an {@code error_type} as reported by senders, including HTTP status
     * codes; {@link #OTHER} if it is unknown.
     */
    public static ErrorClass of(String errorType) {
        ErrorClass exact = BY_NAME.get(errorType);
        if (exact != null) {
            return exact;
        }
        if (STATUS.matcher(errorType).matches()) {
            return errorType.charAt(0) == '5' ? SERVER_ERROR : INVALID_REQUEST;
        }
        return BY_NAME.getOrDefault(errorType.toLowerCase(Locale.ROOT), OTHER);
    }
}
