package io.agentanalytics.api.notify;

import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.database.Database;
import io.agentanalytics.api.query.Notified;
import io.agentanalytics.api.query.Rows;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationBuilder;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/**
 * Transactional outbox in Postgres. A delivery is written before it is sent, claimed by one sender
 * at a time, and claimed again if that sender dies.
 */
final class Outbox {
    /**
     * Lease of a claimed delivery. After it expires, another sender may claim the delivery. It is
     * longer than a delivery takes: a request, and the three statements before it.
     */
    private static final Duration LEASE =
            DestinationClient.DEADLINE.plus(Database.LONGEST_STATEMENT.multipliedBy(4));

    private final Jdbi jdbi;

    Outbox(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Claimed delivery of one message to one destination. */
    record ClaimedDelivery(String notificationId, String destination, int attempts) {}

    /**
     * Marks the notifications that precede a new destination as expired, so that the destination
     * receives only later ones. Does nothing for a known destination: notifications that arrived
     * while no sender was running are still sent.
     */
    void begin(Destination to) {
        jdbi.useHandle(
                h ->
                        h.createUpdate(
                                        """
                                        INSERT INTO store.notification_deliveries
                                            (notification_id, destination, status)
                                        SELECT notification_id, :destination, 'expired' FROM (
                                            SELECT notification_id FROM store.notifications
                                            WHERE created_at > now() - interval '1 day'
                                            UNION ALL SELECT :mark) past
                                        WHERE NOT EXISTS (SELECT FROM store.notification_deliveries
                                                          WHERE destination = :destination)
                                        ON CONFLICT DO NOTHING
                                        """)
                                .bind("destination", to.name())
                                .bind("mark", "begin/" + to.name())
                                .execute());
    }

    /**
     * Creates the pending deliveries of a destination. Notifications about the past (a replay) are
     * recorded as expired and not sent.
     */
    int enrol(Destination to) {
        return jdbi.withHandle(
                h ->
                        h.createUpdate(
                                        """
                                        INSERT INTO store.notification_deliveries
                                            (notification_id, destination, status)
                                        SELECT notification_id, :destination,
                                               CASE WHEN %s
                                                      OR created_at < now() - interval '6 hours'
                                                    THEN 'expired' ELSE 'waiting' END
                                        FROM store.notifications n
                                        WHERE created_at > now() - interval '1 day'
                                          AND array_position(%s, severity) >= :least
                                          AND NOT EXISTS (
                                              SELECT FROM store.notification_deliveries d
                                              WHERE d.notification_id = n.notification_id
                                                AND d.destination = :destination)
                                        ORDER BY created_at LIMIT 1000
                                        ON CONFLICT DO NOTHING
                                        """
                                                .formatted(
                                                        Notified.isPast("at", "created_at"),
                                                        Severity.SQL_ASCENDING))
                                .bind("destination", to.name())
                                .bind("least", to.least().ordinal() + 1)
                                .execute());
    }

    /**
     * Claims the oldest due delivery of a destination. One at a time, so that the lease does not
     * expire while earlier deliveries are sent.
     */
    Optional<ClaimedDelivery> claim(Destination to) {
        return jdbi.withHandle(
                h ->
                        h.createQuery(
                                        """
                                        WITH due AS (
                                            SELECT d.notification_id, d.destination
                                            FROM store.notification_deliveries d
                                            JOIN store.notifications n USING (notification_id)
                                            WHERE d.status = 'waiting' AND d.next_at <= now()
                                              AND d.destination = :destination
                                            ORDER BY n.at, n.notification_id
                                            LIMIT 1 FOR UPDATE OF d SKIP LOCKED)
                                        UPDATE store.notification_deliveries d
                                        SET attempts = attempts + 1,
                                            next_at = now() + make_interval(secs => :lease)
                                        FROM due WHERE d.notification_id = due.notification_id
                                          AND d.destination = due.destination
                                        RETURNING d.notification_id, d.destination, d.attempts
                                        """)
                                .bind("destination", to.name())
                                .bind("lease", LEASE.toSeconds())
                                .map(
                                        (row, context) ->
                                                new ClaimedDelivery(
                                                        row.getString("notification_id"),
                                                        row.getString("destination"),
                                                        row.getInt("attempts")))
                                .findFirst());
    }

    /** Reads the message of a delivery. */
    Notification notification(ClaimedDelivery delivery) {
        return jdbi.withHandle(
                h ->
                        h.createQuery(
                                        "SELECT * FROM store.notifications WHERE notification_id = :id")
                                .bind("id", delivery.notificationId())
                                .map((row, context) -> notification(row))
                                .one());
    }

    private static Notification notification(ResultSet row) throws SQLException {
        return NotificationBuilder.builder()
                .notificationId(row.getString("notification_id"))
                .at(Rows.time(row, "at"))
                .kind(NotificationKind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)))
                .severity(Severity.of(row.getString("severity")))
                .group(row.getString("group_name"))
                .title(row.getString("title"))
                .lines(Rows.json(row, "lines", new TypeReference<>() {}))
                .alertIds(Rows.json(row, "alert_ids", new TypeReference<>() {}))
                .build();
    }

    void sent(ClaimedDelivery delivery) {
        update(delivery, "status = 'sent', sent_at = now(), error = NULL");
    }

    /** Schedules a retry with exponential backoff, or gives up after {@code most} attempts. */
    void failed(ClaimedDelivery delivery, String error, int most) {
        long seconds = Math.min(300, 1L << Math.min(20, delivery.attempts()));
        String status = delivery.attempts() >= most ? "failed" : "waiting";
        jdbi.useHandle(
                h ->
                        h.createUpdate(
                                        """
                                        UPDATE store.notification_deliveries
                                        SET status = :status, error = :error,
                                            next_at = now() + make_interval(secs => :seconds)
                                        WHERE notification_id = :id AND destination = :destination
                                          AND status = 'waiting'
                                        """)
                                .bind("status", status)
                                .bind("seconds", seconds)
                                .bind("error", error)
                                .bind("id", delivery.notificationId())
                                .bind("destination", delivery.destination())
                                .execute());
    }

    private void update(ClaimedDelivery delivery, String assignments) {
        jdbi.useHandle(
                h ->
                        h.createUpdate(
                                        "UPDATE store.notification_deliveries SET "
                                                + assignments
                                                + " WHERE notification_id = :id AND "
                                                + "destination = :destination")
                                .bind("id", delivery.notificationId())
                                .bind("destination", delivery.destination())
                                .execute());
    }
}
