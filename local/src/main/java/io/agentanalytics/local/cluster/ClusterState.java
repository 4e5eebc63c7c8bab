package io.agentanalytics.local.cluster;

import io.agentanalytics.local.command.OwnFiles;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.Ports;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Ports, id and token of a cluster, chosen when it starts and kept in its directory. */
final class ClusterState {
    private static final List<String> PORTS =
            List.of(
                    "kafka",
                    "controller",
                    "postgres",
                    "zookeeper",
                    "flink",
                    "rpc",
                    "api",
                    "otlp-http",
                    "otlp-grpc");

    /** Processes of Flink, which can expose metrics. */
    static final List<String> METERED = List.of("jobmanager", "taskmanager-1", "taskmanager-2");

    private static final String METRICS = "metrics.";

    private final Path directory;
    private final Path file;
    private final Properties properties = new Properties();

    ClusterState(Path directory) throws IOException {
        this.directory = directory;
        this.file = directory.resolve("cluster.properties");
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
    }

    /**
     * Chooses free ports, an id and a token.
     *
     * @param metrics true for ports of the metrics as well
     */
    void choose(boolean metrics) throws IOException {
        properties.clear();
        for (String name : PORTS) {
            properties.setProperty(name, Integer.toString(Ports.free()));
        }
        for (String name : metrics ? METERED : List.<String>of()) {
            properties.setProperty(METRICS + name, Integer.toString(Ports.free()));
        }
        properties.setProperty("id", UUID.randomUUID().toString());
        properties.setProperty(FlinkConfig.TOKEN, OwnFiles.secret());
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
    }

    boolean isEmpty() {
        return properties.isEmpty();
    }

    int port(String name) {
        String port = properties.getProperty(name);
        if (port == null) {
            throw new UserError("No cluster is in %s: start one with up.".formatted(directory));
        }
        return Integer.parseInt(port);
    }

    /** Returns the port of a process's metrics, or null if they are not exposed. */
    @Nullable String metricsPort(String process) {
        return properties.getProperty(METRICS + process);
    }

    Properties properties() {
        return properties;
    }
}
