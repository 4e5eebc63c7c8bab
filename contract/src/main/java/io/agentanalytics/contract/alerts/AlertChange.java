package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The reason for a record of an alert: a transition, or a newer value alone. */
public enum AlertChange {
    /** The condition holds, but not for long enough. */
    PENDING,
    /** The condition ended before the alert fired, or an early notice was not confirmed. */
    WITHDRAWN,
    FIRES,
    /** Higher severity. */
    WORSENS,
    /** Fires again, and too often for a message each time. */
    FLAPS,
    /** The condition ended, but not for long enough. */
    RECOVERS,
    /** The condition holds again while the alert was recovering. */
    RELAPSES,
    RESOLVES,
    ACKNOWLEDGED,
    SILENCED,
    UNSILENCED,
    /** Another alert is its cause. */
    INHIBITED,
    /** Its cause is over, and it still fires. */
    RELEASED,
    /** A notice before event time has reached the signal; it is replaced. */
    EARLY,
    /** A newer value: the revision and the times of the last transition stay. */
    MEASURED;

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
