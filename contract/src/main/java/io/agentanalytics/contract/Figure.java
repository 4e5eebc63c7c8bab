package io.agentanalytics.contract;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Figure that is aggregated per window. Each stored figure is a column of the same name in lower
 * case.
 *
 * <p>Request and task figures are two separate sets that are never added together: <b>requests</b>
 * count at the call's time; <b>tasks</b> count at the ending's time, with the task's own tokens and
 * cost. Costs are nano-dollars here and dollars ({@code numeric}) in the tables. Never reorder or
 * remove constants: the ordinal is stored.
 */
public enum Figure {
    REQUESTS,
    REQUESTS_FAILED,
    REQUESTS_TIMED,
    REQUEST_DURATION_MS,
    REQUESTS_WITH_TOKENS,
    REQUEST_INPUT_TOKENS,
    REQUEST_CACHED_INPUT_TOKENS,
    REQUEST_CACHE_WRITE_TOKENS,
    REQUEST_OUTPUT_TOKENS,
    REQUEST_REASONING_TOKENS,
    REQUEST_COST_REPORTED,
    REQUEST_COST_PRICED,
    REQUESTS_UNPRICED,
    TASKS,
    TASKS_SUCCEEDED,
    TASKS_FAILED,
    TASKS_CANCELLED,
    TASKS_ABANDONED,
    TASKS_TIMED,
    TASK_DURATION_MS,
    TASKS_WITH_TOKENS,
    TASK_INPUT_TOKENS,
    TASK_CACHED_INPUT_TOKENS,
    TASK_CACHE_WRITE_TOKENS,
    TASK_OUTPUT_TOKENS,
    TASK_REASONING_TOKENS,
    TASK_COST_REPORTED,
    TASK_COST_PRICED,
    TASK_REQUESTS_UNPRICED,
    TASK_FILES_CREATED,
    TASK_FILES_MODIFIED,
    ERRORS_RATE_LIMIT,
    ERRORS_QUOTA,
    ERRORS_TIMEOUT,
    ERRORS_SERVER_ERROR,
    ERRORS_CONNECTION,
    ERRORS_AUTH,
    ERRORS_CONTENT_FILTER,
    ERRORS_CONTEXT_LENGTH,
    ERRORS_INVALID_REQUEST,
    ERRORS_UNRESOLVED,
    ERRORS_TOOL_ERROR,
    ERRORS_OTHER,
    /** Tasks of unknown cost; excluded from the mean cost. */
    TASKS_WITHOUT_COST,
    /** Requests whose cached tokens were reported separately from the input and added to it. */
    REQUESTS_CACHED_ADDED,
    /** Requests whose reasoning tokens were reported separately from the output and added to it. */
    REQUESTS_REASONING_ADDED,
    TASKS_CACHED_ADDED,
    TASKS_REASONING_ADDED,
    /** Tasks whose ending reported zero although their calls or timestamps show a value. */
    TASKS_ZEROS_REPLACED,
    /**
     * Requests priced at the standard rate because the book has no price for their service tier.
     */
    REQUESTS_AT_STANDARD_RATE,
    /** Calls of tools. */
    TOOL_CALLS,
    /** Calls of tools that failed. */
    TOOL_CALLS_FAILED,
    /** Requests of clients that report a call once its retries are over. For alerts only. */
    REQUESTS_AFTER_RETRIES,
    /** Requests among those that failed because of the provider. For alerts only. */
    FAULTS_AFTER_RETRIES,
    /** Requests among those that were refused for their rate. For alerts only. */
    REFUSALS_AFTER_RETRIES;

    private static final Figure[] VALUES = values();
    private static final Map<TokenKind, Figure> REQUEST_TOKENS = tokens("REQUEST_");
    private static final Map<TokenKind, Figure> TASK_TOKENS = tokens("TASK_");
    public static final int COUNT = VALUES.length;

    private static Map<TokenKind, Figure> tokens(String prefix) {
        Map<TokenKind, Figure> figures = new EnumMap<>(TokenKind.class);
        for (TokenKind kind : TokenKind.all()) {
            figures.put(kind, valueOf(prefix + kind.name() + "_TOKENS"));
        }
        return figures;
    }

    /** Returns the figure that sums the tokens of requests. */
    public static Figure requestTokens(TokenKind kind) {
        return Objects.requireNonNull(REQUEST_TOKENS.get(kind));
    }

    /** Returns the figure that sums the tokens of tasks. */
    public static Figure taskTokens(TokenKind kind) {
        return Objects.requireNonNull(TASK_TOKENS.get(kind));
    }

    public String column() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns true if the figure is a column of the tables. */
    public boolean isStored() {
        return ordinal() < REQUESTS_AFTER_RETRIES.ordinal();
    }

    /** Returns true if the figure is money: nano-dollars in the job, dollars in the tables. */
    public boolean isMoney() {
        return switch (this) {
            case REQUEST_COST_REPORTED, REQUEST_COST_PRICED -> true;
            case TASK_COST_REPORTED, TASK_COST_PRICED -> true;
            default -> false;
        };
    }

    /** Returns the figure that counts failed requests of an error class. */
    public static Figure errors(ErrorClass c) {
        return VALUES[ERRORS_RATE_LIMIT.ordinal() + c.ordinal()];
    }
}
