package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Time basis on which an alert was decided: event time or wall clock. */
public enum AlertBasis {
    EVENT,
    CLOCK;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
