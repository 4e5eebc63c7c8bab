package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Figure over time that shows what an alert is about. */
public enum AlertMeasure {
    /** Success rate of tasks. */
    SUCCESS,
    /** Share of a provider's calls that fail. */
    CALLS,
    /** Cost of a task. */
    COST,
    /** Duration of tasks or calls. */
    TIME,
    /** Tokens of a task. */
    TOKENS,
    /** Number of tasks that ended. */
    TASKS;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
