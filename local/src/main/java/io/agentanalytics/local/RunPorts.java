package io.agentanalytics.local;

import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.local.embedded.Ports;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** Ports of the components of {@code run}. */
final class RunPorts {
    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8081",
            description = "Port of the page and the API (default: ${DEFAULT-VALUE}).")
    int api;

    @Option(
            names = "--flink-port",
            paramLabel = "N",
            defaultValue = "8082",
            description = "Port of Flink's page (default: ${DEFAULT-VALUE}).")
    int flink;

    @Option(
            names = "--kafka-port",
            paramLabel = "N",
            defaultValue = "9092",
            description = "Port of Kafka (default: ${DEFAULT-VALUE}).")
    int kafka;

    @Option(
            names = "--postgres-port",
            paramLabel = "N",
            defaultValue = "55432",
            description = "Port of Postgres (default: ${DEFAULT-VALUE}).")
    int postgres;

    @Option(
            names = "--otlp-port",
            paramLabel = "N",
            defaultValue = "4318",
            description = "Port of the intake, OTLP over HTTP (default: ${DEFAULT-VALUE}).")
    int otlp;

    @Option(
            names = "--otlp-grpc-port",
            paramLabel = "N",
            defaultValue = "4317",
            description = "Port of the intake, OTLP over gRPC (default: ${DEFAULT-VALUE}).")
    int otlpGrpc;

    /**
     * Checks the ports and returns them.
     *
     * @throws UserError if a port is invalid, in use, or given twice
     */
    LocalStack.PortPlan plan() {
        require(api, "the page and the API", "--port");
        require(flink, "Flink's page", "--flink-port");
        require(kafka, "Kafka", "--kafka-port");
        require(postgres, "Postgres", "--postgres-port");
        require(otlp, "OTLP over HTTP", "--otlp-port");
        require(otlpGrpc, "OTLP over gRPC", "--otlp-grpc-port");
        List<Integer> all = List.of(api, flink, kafka, postgres, otlp, otlpGrpc);
        if (Set.copyOf(all).size() < all.size()) {
            throw new UserError("Two ports are the same; the ports are %s.".formatted(all));
        }
        return new LocalStack.PortPlan(api, flink, kafka, postgres, otlp, otlpGrpc);
    }

    private static void require(int port, String what, String option) {
        if (port < 1 || port > 65_535) {
            throw new UserError("%s %d is not a port; write 1 to 65535.".formatted(option, port));
        }
        if (!Ports.isFree(port)) {
            throw new UserError(
                    ("Port %d, for %s, is taken: stop what uses it (another Agent "
                                    + "Analytics?), or choose another with %s N.")
                            .formatted(port, what, option));
        }
    }
}
