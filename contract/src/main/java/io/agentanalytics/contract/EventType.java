package io.agentanalytics.contract;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Type of a task event. The wire name is the constant in lower case, such as {@code llm_call}. The
 * ordinal is stored: add constants only at the end.
 */
public enum EventType {
    TASK_SUBMITTED,
    TASK_STARTED,
    LLM_CALL_STARTED,
    LLM_CALL,
    TASK_COMPLETED,
    TASK_FAILED,
    TASK_CANCELLED,
    TASK_VERDICT,
    /** The task ended; its outcome was not reported. */
    TASK_ENDED,
    /** An agent called a tool; counted, but not as a request. */
    TOOL_CALL;

    private static final Map<String, EventType> BY_WIRE_NAME = new HashMap<>();

    static {
        for (EventType type : values()) {
            BY_WIRE_NAME.put(type.wireName(), type);
        }
    }

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable EventType ofWireName(String name) {
        return BY_WIRE_NAME.get(name);
    }

    public boolean isEnding() {
        return this == TASK_COMPLETED
                || this == TASK_FAILED
                || this == TASK_CANCELLED
                || this == TASK_ENDED;
    }

    public boolean isCall() {
        return this == LLM_CALL || this == LLM_CALL_STARTED;
    }
}
