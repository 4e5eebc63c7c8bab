package io.agentanalytics.local.cluster;

import io.agentanalytics.local.command.FlinkPath;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Flink configuration of the cluster: loopback addresses, high availability, state in RocksDB. */
final class FlinkConfig {
    /** Custom setting, unknown to Flink, that identifies our own JobManager. */
    static final String ID = "agent-analytics.cluster-id";

    /** JVM flags for the packages that Flink's serializers access by reflection. */
    static final List<String> OPENED =
            List.of(
                    "--add-opens=java.base/java.util=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED",
                    "--add-opens=java.base/java.time=ALL-UNNAMED");

    /**
     * Garbage collector of the processes. With one or two GB of heap and few cores, its throughput
     * is higher than that of G1, and its pauses are far below the heartbeat timeout.
     */
    static final String COLLECTOR = "-XX:+UseParallelGC";

    /** Property with the token for changes through Flink's REST API. */
    static final String TOKEN = "flink.token";

    private static final String METRICS_PORT = "metrics.reporter.prom.port";

    private static final String SETTINGS =
            """
            jobmanager.rpc.address: 127.0.0.1
            jobmanager.bind-host: 127.0.0.1
            jobmanager.memory.process.size: 1g
            taskmanager.host: 127.0.0.1
            taskmanager.bind-host: 127.0.0.1
            taskmanager.load-balance.mode: SLOTS
            taskmanager.memory.process.size: 2560m
            taskmanager.memory.managed.size: 640m
            taskmanager.memory.network.min: 160m
            taskmanager.memory.network.max: 160m
            taskmanager.system-out.mode: LOG
            rest.address: 127.0.0.1
            rest.bind-address: 127.0.0.1
            web.submit.enable: false
            web.cancel.enable: false
            web.rescale.enable: false
            high-availability.type: zookeeper
            high-availability.zookeeper.client.session-timeout: 6 s
            high-availability.zookeeper.client.tolerate-suspended-connections: true
            zookeeper.sasl.disable: true
            state.backend.type: rocksdb
            state.backend.rocksdb.writebuffer.size: 8m
            state.backend.rocksdb.use-bloom-filter: true
            state.backend.rocksdb.timer-service.factory: HEAP
            execution.checkpointing.incremental: true
            execution.checkpointing.interval: 30s
            execution.checkpointing.min-pause: 10s
            execution.checkpointing.storage: filesystem
            execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
            execution.checkpointing.num-retained: 3
            execution.checkpointing.tolerable-failed-checkpoints: 10
            heartbeat.interval: 1s
            heartbeat.timeout: 30s
            pekko.ask.timeout: 30s
            restart-strategy.type: exponential-delay
            restart-strategy.exponential-delay.initial-backoff: 200ms
            restart-strategy.exponential-delay.max-backoff: 10s
            restart-strategy.exponential-delay.reset-backoff-threshold: 20s
            """;

    private FlinkConfig() {}

    /**
     * Returns the settings of the metrics reporter. It listens on all addresses, and is therefore
     * enabled only on request.
     */
    static String metrics(String port) {
        return """
               metrics.reporters: prom
               metrics.reporter.prom.factory.class: org.apache.flink.metrics.prometheus.PrometheusReporterFactory
               metrics.reporter.prom.scope.variables.excludes: task_attempt_id;task_attempt_num
               %s: %s
               """
                .formatted(METRICS_PORT, port);
    }

    /** Returns the arguments for a process with its own metrics port. */
    static List<String> metricsPort(String port) {
        return List.of("-D", METRICS_PORT + "=" + port);
    }

    /**
     * Returns the configuration of a single ZooKeeper server on loopback, from the Flink
     * distribution.
     */
    static String zooKeeper(Path directory, Properties state) {
        return """
               tickTime=2000
               dataDir=%s
               clientPort=%s
               clientPortAddress=127.0.0.1
               admin.enableServer=false
               autopurge.snapRetainCount=3
               autopurge.purgeInterval=1
               """
                .formatted(directory, state.getProperty("zookeeper"));
    }

    /**
     * Returns the Flink configuration; docs/operations.md explains the settings. The memory
     * suffices for a backlog of two million events from 10,000 agents. The heartbeat timeouts suit
     * a busy machine.
     *
     * @param overrides settings that replace or extend those
     */
    static String yaml(Path directory, Properties state, int slots, Map<String, String> overrides) {
        Stream<String> defaults =
                Stream.concat(SETTINGS.lines(), own(directory, state, slots).lines())
                        .filter(line -> !overrides.containsKey(line.split(":", 2)[0]));
        Stream<String> others =
                overrides.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue());
        return Stream.concat(defaults, others).collect(Collectors.joining("\n", "", "\n"));
    }

    /** Returns the settings of this cluster; {@link #SETTINGS} has those of all clusters. */
    private static String own(Path directory, Properties state, int slots) {
        return """
               %s: %s
               jobmanager.rpc.port: %s
               taskmanager.numberOfTaskSlots: %d
               env.java.opts.taskmanager: %s
               io.tmp.dirs: %s
               rest.port: %s
               web.access-control-allow-origin: http://127.0.0.1:%s
               agent-analytics.rest.token: %s
               high-availability.zookeeper.quorum: 127.0.0.1:%s
               high-availability.storageDir: %s
               high-availability.cluster-id: /%s
               execution.checkpointing.dir: %s
               """
                .formatted(
                        ID,
                        state.getProperty("id"),
                        state.getProperty("rpc"),
                        slots,
                        COLLECTOR,
                        directory.resolve("flink/tmp"),
                        state.getProperty("flink"),
                        state.getProperty("flink"),
                        state.getProperty(TOKEN),
                        state.getProperty("zookeeper"),
                        FlinkPath.of(directory.resolve("ha")),
                        state.getProperty("id"),
                        FlinkPath.of(directory.resolve("checkpoints")));
    }
}
