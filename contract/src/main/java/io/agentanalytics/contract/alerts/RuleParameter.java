package io.agentanalytics.contract.alerts;

import java.util.Locale;

/**
 * Numeric parameters of rules; the name ends with the unit. {@link AlertType} declares the
 * parameters of each type, with their default values and descriptions.
 */
public enum RuleParameter {
    ACT_SHARE,
    AFTER_SECONDS,
    BUDGET_USD,
    BURN_PART,
    BURN_SHARE,
    CLEAR_RATIO,
    CLEAR_SHARE,
    CONFIDENCE_Z,
    CRITICAL_CUSUM,
    CRITICAL_SHARE,
    CUSUM,
    DRAIN_SECONDS,
    FACTOR,
    INFO_SHARE,
    LIMIT_SECONDS,
    MAX_AGENTS,
    MAX_CONTEXT_TOKENS,
    MAX_DEPTH,
    MAX_USD_PER_MINUTE,
    MIN_AGENTS,
    MIN_MORE_USD,
    MIN_REQUESTS,
    MIN_SAMPLES,
    MIN_SILENCE_SECONDS,
    MIN_USD,
    PENDING,
    PERIOD_SECONDS,
    PROVIDER_LIMIT_SECONDS,
    PROVIDER_MIN_SAMPLES,
    PROVIDER_USUAL_FACTOR,
    PROVIDER_WINDOW_SECONDS,
    RATIO,
    SECONDS,
    SHARE,
    SHIFT,
    SHORT_WINDOW_SECONDS,
    SUCCESS_AGAIN,
    SUCCESS_BELOW,
    TASK_LIMIT_USD,
    TOKENS,
    USUAL_FACTOR,
    WARNING_SHARE,
    WINDOW_SECONDS,
    Z;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    public String wireName() {
        return wireName;
    }
}
