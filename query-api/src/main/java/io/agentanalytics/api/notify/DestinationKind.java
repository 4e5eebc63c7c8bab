package io.agentanalytics.api.notify;

/** Protocol of a destination. */
public enum DestinationKind {
    /** Alertmanager API v2. Firing alerts are sent repeatedly, as Alertmanager expects. */
    ALERTMANAGER,
    /** Webhook with the payload format of Alertmanager webhooks. */
    ALERTMANAGER_WEBHOOK,
    /** Slack incoming webhook. */
    SLACK,
    /** Webhook with the native payload format, signed according to Standard Webhooks. */
    WEBHOOK
}
