package io.agentanalytics.api.notify;

import io.agentanalytics.contract.alerts.Severity;
import java.net.URI;
import org.jdbi.v3.core.Handle;

/** All statements of the outbox, which only its package sees. */
public final class OutboxStatements {
    private OutboxStatements() {}

    /** Runs each statement once; {@code notification} is the id of a stored notification. */
    public static boolean run(Handle handle, String notification) {
        URI nowhere = URI.create("http://localhost/");
        Destination to =
                new Destination("oncall", DestinationKind.WEBHOOK, nowhere, null, Severity.WARNING);
        Outbox outbox = new Outbox(handle.getJdbi());
        outbox.begin(to);
        outbox.enrol(to);
        boolean claimed = outbox.claim(to).isPresent();
        Outbox.ClaimedDelivery delivery = new Outbox.ClaimedDelivery(notification, to.name(), 1);
        outbox.notification(delivery);
        outbox.sent(delivery);
        outbox.failed(delivery, "503", 10);
        return claimed;
    }
}
