package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Kind of an alert command. */
public enum AlertCommandKind {
    ACKNOWLEDGE,
    SILENCE,
    UNSILENCE;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
