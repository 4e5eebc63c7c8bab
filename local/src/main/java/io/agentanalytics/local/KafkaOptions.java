package io.agentanalytics.local;

import io.agentanalytics.contract.PropertiesFile;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of commands that connect to Kafka, and of their subcommands. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class KafkaOptions {
    @Option(
            names = {"--bootstrap-servers", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "${env:AGENT_ANALYTICS_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
            scope = ScopeType.INHERIT,
            description = "Kafka brokers (default: ${DEFAULT-VALUE}).")
    String bootstrap;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            defaultValue = "",
            scope = ScopeType.INHERIT,
            description = "Kafka client properties (SASL, TLS, ...).")
    String config;

    /** Returns the properties of a Kafka client, including {@code bootstrap.servers}. */
    public Map<String, String> client() {
        Map<String, String> client = new HashMap<>(PropertiesFile.read(config, "--kafka-config"));
        client.put("bootstrap.servers", bootstrap);
        return client;
    }
}
