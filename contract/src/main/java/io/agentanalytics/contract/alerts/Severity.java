package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Severity of an alert: for information, for the next digest, or for a person immediately. */
public enum Severity {
    INFO,
    WARNING,
    CRITICAL;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
