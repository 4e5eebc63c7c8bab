package io.agentanalytics.sources;

import java.util.Locale;

/** Kind of telemetry that a client sends. The wire name is the constant in lower case. */
public enum TelemetrySignal {
    TRACES,
    LOGS,
    METRICS,
    HOOK,
    LITELLM,
    EVENTS;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
