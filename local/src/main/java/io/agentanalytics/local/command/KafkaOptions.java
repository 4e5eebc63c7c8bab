package io.agentanalytics.local.command;

import io.agentanalytics.contract.PropertiesFile;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of commands that connect to Kafka, and of their subcommands. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
public final class KafkaOptions {
    /** Brokers of {@code scripts/run}. */
    public static final String DEFAULT_SERVERS = "127.0.0.1:9092";

    public static final String SERVERS_VARIABLE = "AGENT_ANALYTICS_BOOTSTRAP_SERVERS";

    @Option(
            names = {"--bootstrap-servers", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "${env:" + SERVERS_VARIABLE + ":-" + DEFAULT_SERVERS + "}",
            scope = ScopeType.INHERIT,
            description = "Kafka brokers (default: ${DEFAULT-VALUE}).")
    public String bootstrap;

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
