package io.agentanalytics.api.notify;

import io.agentanalytics.contract.alerts.Severity;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Destination of notifications.
 *
 * @param secret signing key of a webhook; null if the webhook is unsigned
 * @param least minimum severity to send
 */
public record Destination(
        String name, DestinationKind kind, URI url, byte @Nullable [] secret, Severity least) {

    @Override
    public String toString() {
        return name; // the URL and the secret must not appear in logs
    }
}
