package io.agentanalytics.local.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** How the cluster's Flink is set up: on loopback, and tuned to recover soon. */
final class FlinkConfig {
    /** A setting that Flink does not know: by it we know our own JobManager. */
    static final String ID = "agent-analytics.cluster-id";

    /** What Flink's serializers reach into. */
    static final List<String> OPENED =
            List.of(
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.time=ALL-UNNAMED");

    /** What changes through Flink's REST interface need. */
    static final String TOKEN = "flink.token";

    private static final String METRICS_PORT = "metrics.reporter.prom.port";

    private FlinkConfig() {}

    /** Flink's reporter listens on all addresses, so it is there only when asked for. */
    static String metrics(String port) {
        return """
               metrics.reporters: prom
               metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
               metrics.reporter.prom.scope.variables.excludes: task_attempt_id;task_attempt_num
               %s: %s
               """
                .formatted(METRICS_PORT, port);
    }

    /** A process of its own port. */
    static List<String> metricsPort(String port) {
        return List.of("-D", METRICS_PORT + "=" + port);
    }

    static String yaml(Path directory, Properties state, int slots) {
        return """
               %s: %s
               jobmanager.rpc.address: 127.0.0.1
               jobmanager.rpc.port: %s
               jobmanager.bind-host: 127.0.0.1
               jobmanager.memory.process.size: 1g
               taskmanager.host: 127.0.0.1
               taskmanager.bind-host: 127.0.0.1
               taskmanager.numberOfTaskSlots: %d
               taskmanager.memory.process.size: 1g
               taskmanager.memory.managed.size: 64m
               taskmanager.memory.network.max: 64m
               rest.address: 127.0.0.1
               rest.bind-address: 127.0.0.1
               rest.port: %s
               web.access-control-allow-origin: http://127.0.0.1:%s
               agent-analytics.rest.token: %s
               web.submit.enable: false
               web.cancel.enable: false
               web.rescale.enable: false
               execution.checkpointing.interval: 2s
               execution.checkpointing.storage: filesystem
               execution.checkpointing.dir: %s
               execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
               execution.checkpointing.num-retained: 3
               execution.checkpointing.tolerable-failed-checkpoints: 10
               heartbeat.interval: 1s
               heartbeat.timeout: 5s
               heartbeat.rpc-failure-threshold: 1
               restart-strategy.type: exponential-delay
               restart-strategy.exponential-delay.initial-backoff: 200ms
               restart-strategy.exponential-delay.max-backoff: 10s
               """
                .formatted(
                        ID,
                        state.getProperty("id"),
                        state.getProperty("rpc"),
                        slots,
                        state.getProperty("flink"),
                        state.getProperty("flink"),
                        state.getProperty(TOKEN),
                        directory.resolve("checkpoints").toUri());
    }
}
