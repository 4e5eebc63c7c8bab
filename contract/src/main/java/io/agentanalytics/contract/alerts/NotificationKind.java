package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The urgency of a notification. */
public enum NotificationKind {
    /** At once. */
    PAGE,
    /** Warnings of the last hour. */
    DIGEST,
    /** All alerts of a group are over. */
    RESOLVED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
