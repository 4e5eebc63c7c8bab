package io.agentanalytics.contract.alerts;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something to be told to people, once: critical alerts and those of providers at once, warnings of
 * agents in a digest.
 *
 * @param notificationId made of its group, kind and time: the same for the same input
 * @param group what is told together
 * @param alertIds the alerts it is about
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
    /** The same with more lines at its end. */
    public Notification with(List<String> more) {
        List<String> all = Stream.concat(lines.stream(), more.stream()).toList();
        return NotificationBuilder.builder(this).lines(all).build();
    }
}
