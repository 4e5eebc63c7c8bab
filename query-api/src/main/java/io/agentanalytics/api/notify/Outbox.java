package io.agentanalytics.api.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.agentanalytics.api.query.Notified;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.alerts.Notification;
import io.agentanalytics.contract.alerts.NotificationBuilder;
import io.agentanalytics.contract.alerts.NotificationKind;
import io.agentanalytics.contract.alerts.Severity;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Jdbi;

/**
 * Transactional outbox in Postgres. A delivery is written before it is sent, claimed by one sender
 * at a time, and claimed again if that sender dies.
 */
final class Outbox {
    /** Lease of a claimed delivery. After it expires, another sender may claim the delivery. */
    private static final String LEASE = "30 seconds";

    private final Jdbi jdbi;

    Outbox(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Claimed delivery of one message to one destination. */
    record Delivery(Notification notification, String destination, int attempts) {}

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

    /** Claims the due deliveries of a destination, oldest first. */
    List<Delivery> claim(Destination to) {
        return jdbi.withHandle(
                h ->
                        h.createQuery(
                                        """
                                        WITH due AS (
                                            SELECT notification_id, destination
                                            FROM store.notification_deliveries
                                            WHERE status = 'waiting' AND next_at <= now()
                                              AND destination = :destination
                                            ORDER BY created_at LIMIT 4 FOR UPDATE SKIP LOCKED),
                                        claimed AS (
                                            UPDATE store.notification_deliveries d
                                            SET attempts = attempts + 1,
                                                next_at = now() + interval '%s'
                                            FROM due WHERE d.notification_id = due.notification_id
                                              AND d.destination = due.destination
                                            RETURNING d.notification_id, d.destination, d.attempts)
                                        SELECT n.*, c.destination, c.attempts
                                        FROM claimed c
                                        JOIN store.notifications n USING (notification_id)
                                        ORDER BY n.at, n.notification_id
                                        """
                                                .formatted(LEASE))
                                .bind("destination", to.name())
                                .map((row, context) -> delivery(row))
                                .list());
    }

    private static Delivery delivery(ResultSet row) throws SQLException {
        return new Delivery(
                NotificationBuilder.builder()
                        .notificationId(row.getString("notification_id"))
                        .at(row.getObject("at", OffsetDateTime.class).toInstant())
                        .kind(
                                NotificationKind.valueOf(
                                        row.getString("kind").toUpperCase(Locale.ROOT)))
                        .severity(Severity.of(row.getString("severity")))
                        .group(row.getString("group_name"))
                        .title(row.getString("title"))
                        .lines(strings(row.getString("lines")))
                        .alertIds(strings(row.getString("alert_ids")))
                        .build(),
                row.getString("destination"),
                row.getInt("attempts"));
    }

    private static List<String> strings(String json) {
        try {
            return Json.mapper().readValue(json, new TypeReference<List<String>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    void sent(Delivery delivery) {
        update(delivery, "status = 'sent', sent_at = now(), error = NULL");
    }

    /** Schedules a retry with exponential backoff, or gives up after {@code most} attempts. */
    void failed(Delivery delivery, String error, int most) {
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
                                .bind("id", delivery.notification().notificationId())
                                .bind("destination", delivery.destination())
                                .execute());
    }

    private void update(Delivery delivery, String assignments) {
        jdbi.useHandle(
                h ->
                        h.createUpdate(
                                        "UPDATE store.notification_deliveries SET "
                                                + assignments
                                                + " WHERE notification_id = :id AND "
                                                + "destination = :destination")
                                .bind("id", delivery.notification().notificationId())
                                .bind("destination", delivery.destination())
                                .execute());
    }
}
