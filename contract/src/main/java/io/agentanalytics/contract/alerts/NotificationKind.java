package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Urgency of a notification. */
public enum NotificationKind {
    /** Sent immediately. */
    PAGE,
    /** Digest of the warnings of the last hour. */
    DIGEST,
    /** All alerts of a group are over. */
    RESOLVED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
