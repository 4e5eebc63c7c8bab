package io.agentanalytics.api.notify;

import io.agentanalytics.contract.alerts.Severity;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where to tell it.
 *
 * @param secret the key of a signed webhook, null where there is none
 * @param least only what matters at least so much
 */
public record Destination(
        String name, Kind kind, URI url, byte @Nullable [] secret, Severity least) {

    /** How a destination is spoken to. */
    public enum Kind {
        /** Alertmanager's API v2: told of what fires again and again, as it expects. */
        ALERTMANAGER,
        /** The body that Alertmanager's own webhooks have. */
        ALERTMANAGER_WEBHOOK,
        /** An incoming webhook of Slack. */
        SLACK,
        /** Our own body, signed as Standard Webhooks has it. */
        WEBHOOK
    }

    @Override
    public String toString() {
        return name; // neither the address nor the secret belongs into a log
    }
}
