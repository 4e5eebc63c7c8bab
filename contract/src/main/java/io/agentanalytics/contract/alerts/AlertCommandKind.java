package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a person does about alerts. */
public enum AlertCommandKind {
    ACKNOWLEDGE,
    SILENCE,
    UNSILENCE;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
