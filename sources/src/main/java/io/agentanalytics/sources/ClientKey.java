package io.agentanalytics.sources;

/**
 * Client that sends telemetry.
 *
 * @param client {@code service.name}; for hooks, LiteLLM and own events the name of the client
 * @param version version of the client; empty if it is unknown
 */
public record ClientKey(String client, String version) {
    static final ClientKey UNKNOWN = new ClientKey("unknown", "");
}
