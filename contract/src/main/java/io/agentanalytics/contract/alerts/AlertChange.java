package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Reason for an alert record: a transition, or only a newer value. */
public enum AlertChange {
    /** The condition holds, but not yet for the required duration. */
    PENDING,
    /** The condition ended before the alert fired, or an early notice was not confirmed. */
    WITHDRAWN,
    FIRES,
    /** The severity increased. */
    WORSENS,
    /** The alert fires again, too often for a notification each time. */
    FLAPS,
    /** The condition ended, but not yet for the required duration. */
    RECOVERS,
    /** The condition holds again while the alert is recovering. */
    RELAPSES,
    RESOLVES,
    ACKNOWLEDGED,
    SILENCED,
    UNSILENCED,
    /** Another alert is the cause of this one. */
    INHIBITED,
    /** The inhibiting alert is over, and this one still fires. */
    RELEASED,
    /** Early notice, emitted before event time has reached the signal; it is replaced. */
    EARLY,
    /** Newer value only: the revision and the times of the last transition do not change. */
    MEASURED;

    /** Transitions that people are notified of, unless they are of the past. */
    public static final Set<AlertChange> NEWS =
            Collections.unmodifiableSet(EnumSet.of(EARLY, FIRES, WORSENS, RELEASED, UNSILENCED));

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
