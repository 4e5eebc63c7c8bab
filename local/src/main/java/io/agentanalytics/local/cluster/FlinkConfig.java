package io.agentanalytics.local.cluster;

import io.agentanalytics.local.command.FlinkPath;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

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
        Map<String, Object> all = new LinkedHashMap<>();
        SETTINGS.lines().map(line -> line.split(": ", 2)).forEach(s -> all.put(s[0], s[1]));
        addOwn(directory, state, all);
        all.put("taskmanager.numberOfTaskSlots", slots);
        all.putAll(overrides);
        return all.entrySet().stream()
                .map(setting -> setting.getKey() + ": " + setting.getValue() + "\n")
                .collect(Collectors.joining());
    }

    /** Adds the settings of this cluster; {@link #SETTINGS} has those of all clusters. */
    private static void addOwn(Path directory, Properties state, Map<String, Object> all) {
        String id = state.getProperty("id");
        String port = state.getProperty("flink");
        all.put(ID, id);
        all.put("jobmanager.rpc.port", state.getProperty("rpc"));
        all.put("env.java.opts.taskmanager", COLLECTOR);
        all.put("io.tmp.dirs", directory.resolve("flink/tmp"));
        all.put("rest.port", port);
        all.put("web.access-control-allow-origin", "http://127.0.0.1:" + port);
        all.put("agent-analytics.rest.token", state.getProperty(TOKEN));
        all.put(
                "high-availability.zookeeper.quorum",
                "127.0.0.1:" + state.getProperty("zookeeper"));
        all.put("high-availability.storageDir", FlinkPath.of(directory.resolve("ha")));
        all.put("high-availability.cluster-id", "/" + id);
        all.put("execution.checkpointing.dir", FlinkPath.of(directory.resolve("checkpoints")));
    }
}
