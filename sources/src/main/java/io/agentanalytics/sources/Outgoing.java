package io.agentanalytics.sources;

import java.util.Map;

/** A record for Kafka. */
public record Outgoing(String topic, String key, byte[] value, Map<String, String> headers) {
    public Outgoing(String topic, String key, byte[] value) {
        this(topic, key, value, Map.of());
    }
}
