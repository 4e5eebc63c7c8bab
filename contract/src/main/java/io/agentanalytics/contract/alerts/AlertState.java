package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * State of an alert: the condition holds, but not yet for the required duration; it holds; it has
 * ended, but not yet for the required duration; the alert is over.
 */
public enum AlertState {
    PENDING,
    FIRING,
    RECOVERING,
    RESOLVED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the wire names of all states. */
    public static List<String> names() {
        return Arrays.stream(values()).map(AlertState::wireName).toList();
    }

    /** Returns the state with a wire name. */
    public static AlertState of(String wireName) {
        return valueOf(wireName.toUpperCase(Locale.ROOT));
    }
}
