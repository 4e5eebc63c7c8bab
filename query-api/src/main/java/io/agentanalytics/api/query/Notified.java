package io.agentanalytics.api.query;

import io.agentanalytics.contract.alerts.AlertChange;
import java.util.stream.Collectors;

/** SQL conditions for alerts for which notifications are sent. */
public final class Notified {
    /**
     * Condition for an alert, as {@code a}, for which notifications are sent: a transition or its
     * newest value was not of the past when it was written. A value counts because the transition
     * of an alert that still fires may have waited for Postgres, or be older than the kept ones.
     */
    static final String ALERT =
            """
            NOT a.shadow AND a.inhibited_by IS NULL AND a.silenced_by IS NULL
                AND a.fired_at IS NOT NULL
                AND (NOT %s
                    OR EXISTS (SELECT FROM store.alert_events e
                            WHERE e.alert_id = a.alert_id AND e.at >= a.starts_at
                                AND e.change IN (%s) AND NOT %s))
            """
                    .formatted(
                            isPast("a.value_now_at", "a.updated_at"),
                            AlertChange.NEWS.stream()
                                    .map(change -> "'" + change.wireName() + "'")
                                    .collect(Collectors.joining(", ")),
                            isPast("e.at", "e.updated_at"));

    private Notified() {}

    /**
     * Returns the condition that a row is about the past: history that was imported, or a replay.
     *
     * @param at column with the time of its event
     * @param written column with the time at which the job wrote it
     */
    public static String isPast(String at, String written) {
        return "(%s < %s - interval '1 hour')".formatted(at, written);
    }
}
