package io.agentanalytics.local;

import io.agentanalytics.api.Controls;
import io.agentanalytics.api.Controls.UnavailableException;
import io.agentanalytics.contract.PropertiesFile;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Common options of the subcommands that read and change the control topics in Kafka. */
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class ControlTopics {
    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT",
            defaultValue = "${env:AGENT_ANALYTICS_BOOTSTRAP_SERVERS:-127.0.0.1:9092}",
            scope = ScopeType.INHERIT,
            description = "Kafka (default: ${DEFAULT-VALUE}).")
    String bootstrap;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            defaultValue = "",
            scope = ScopeType.INHERIT,
            description = "Kafka client properties (SASL, TLS, ...).")
    String kafkaConfig;

    /** Returns the author name of changes made by this command. */
    static String user() {
        return System.getProperty("user.name") + " (command line)";
    }

    /** Operation on the control topics. */
    interface Use<T> {
        T of(Controls controls) throws UnavailableException;
    }

    /** Returns the properties of a Kafka client. */
    Map<String, String> client() {
        Map<String, String> client =
                new HashMap<>(PropertiesFile.read(kafkaConfig, "--kafka-config"));
        client.put("bootstrap.servers", bootstrap);
        return client;
    }

    <T> T with(Use<T> use) {
        try (Controls controls = Controls.start(client())) {
            return use.of(controls);
        } catch (UnavailableException e) {
            throw new UserError(
                    "%s Is Kafka at %s, with the topics made (agent-analytics topics)?"
                            .formatted(e.getMessage(), bootstrap),
                    e);
        }
    }
}
