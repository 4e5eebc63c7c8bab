package io.agentanalytics.contract.alerts;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Notification for people, sent once: critical alerts and provider alerts immediately, warnings
 * about agents in a digest.
 *
 * @param notificationId id derived from group, kind and time; equal input yields equal ids
 * @param group key by which alerts are grouped into one notification
 * @param alertIds alerts that the notification covers
 */
@RecordBuilder
public record Notification(
        String notificationId,
        Instant at,
        NotificationKind kind,
        Severity severity,
        String group,
        String title,
        List<String> lines,
        List<String> alertIds) {
    /** Returns this notification with more lines appended. */
    public Notification with(List<String> more) {
        List<String> all = Stream.concat(lines.stream(), more.stream()).toList();
        return NotificationBuilder.builder(this).lines(all).build();
    }
}
