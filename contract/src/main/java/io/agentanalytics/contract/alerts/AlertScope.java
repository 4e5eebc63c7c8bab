package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Kind of the subject of an alert. */
public enum AlertScope {
    AGENT,
    PROVIDER,
    AGENT_TYPE,
    /** A task with its subtasks. */
    TASK_LINE,
    FLEET;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
