package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Where an alert is in its life: the condition holds but not long enough; it holds; it has ceased
 * but not long enough; it is over.
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
}
