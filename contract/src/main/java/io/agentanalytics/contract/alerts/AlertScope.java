package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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

    /** Returns the wire names of all scopes. */
    public static List<String> names() {
        return Arrays.stream(values()).map(AlertScope::wireName).toList();
    }

    /** Returns the scope with the given wire name; null if a newer version has written it. */
    public static @Nullable AlertScope ofWireName(String name) {
        for (AlertScope scope : values()) {
            if (scope.wireName().equals(name)) {
                return scope;
            }
        }
        return null;
    }
}
