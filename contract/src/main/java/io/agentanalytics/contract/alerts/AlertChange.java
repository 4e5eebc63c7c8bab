package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.annotation.JsonValue;
import io.agentanalytics.contract.TextFormat;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Reason for an alert record: a transition, or only a newer value. */
public enum AlertChange {
    /** The condition holds, but not yet for the required duration. */
    PENDING("Pending"),
    /** The condition ended before the alert fired, or an early notice was not confirmed. */
    WITHDRAWN("Withdrawn: did not last"),
    FIRES("Firing"),
    /** The severity increased. */
    WORSENS("Worse"),
    /** The alert fires so often that single firings are not notified. */
    FLAPS("Flapping"),
    /** The condition ended, but not yet for the required duration. */
    RECOVERS("Recovering"),
    /** The condition holds again while the alert is recovering. */
    RELAPSES("Firing again"),
    RESOLVES("Resolved"),
    ACKNOWLEDGED("Acknowledged"),
    SILENCED("Silenced"),
    UNSILENCED("Silence ended"),
    /** Another alert is the cause of this one. */
    INHIBITED("Folded into a provider alert"),
    /** The inhibiting alert is over, and this one still fires. */
    RELEASED("No longer folded"),
    /** Early notice, emitted before event time has reached the signal; it is replaced. */
    EARLY("Early notice"),
    /** Newer value only: the revision and the times of the last transition do not change. */
    MEASURED("New value");

    /** Transitions that people are notified of, unless they are of the past. */
    public static final Set<AlertChange> NEWS =
            Collections.unmodifiableSet(EnumSet.of(EARLY, FIRES, WORSENS, RELEASED, UNSILENCED));

    private final String text;

    AlertChange(String text) {
        this.text = text;
    }

    /**
     * Returns a transition in words, also one that a newer version of the job has written.
     *
     * @param severity severity after the transition
     */
    public static String text(String wireName, Severity severity) {
        for (AlertChange change : values()) {
            if (change.wireName().equals(wireName)) {
                boolean isOfSeverity = change == FIRES || change == WORSENS;
                return isOfSeverity ? change.text + ", " + severity.wireName() : change.text;
            }
        }
        return TextFormat.words(wireName);
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
