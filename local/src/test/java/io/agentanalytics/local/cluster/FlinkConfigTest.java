package io.agentanalytics.local.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.local.kubernetes.Manifests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

class FlinkConfigTest {
    private static Configuration processes() {
        Properties state = new Properties();
        for (String port : List.of("rpc", "flink", "zookeeper", "id", FlinkConfig.TOKEN)) {
            state.setProperty(port, "15000");
        }
        return configuration(FlinkConfig.yaml(Path.of("cluster"), state, 2, Map.of()));
    }

    private static Configuration compose() throws IOException {
        Map<String, Map<String, String>> file =
                new Yaml().load(Files.readString(Path.of("../docker-compose.yml")));
        return configuration(file.get("x-flink-properties").get("FLINK_PROPERTIES"));
    }

    private static Configuration kubernetes() throws IOException {
        JsonNode spec =
                Manifests.in(Path.of("../deploy/kubernetes/base"))
                        .one("FlinkDeployment", "agent-analytics-job")
                        .path("spec");
        Map<String, Object> settings = new TreeMap<>();
        spec.path("flinkConfiguration")
                .properties()
                .forEach(e -> settings.put(e.getKey(), e.getValue().asText()));
        for (String process : List.of("jobManager", "taskManager")) {
            settings.put(
                    process.toLowerCase(Locale.ROOT) + ".memory.process.size",
                    spec.path(process).path("resource").path("memory").asText());
        }
        settings.put("parallelism.default", spec.path("job").path("parallelism"));
        return configuration(settings);
    }

    private static Configuration configuration(String yaml) {
        return configuration(new Yaml().<Map<String, Object>>load(yaml));
    }

    private static Configuration configuration(Map<String, Object> settings) {
        Configuration configuration = new Configuration();
        settings.forEach((key, value) -> configuration.setString(key, value.toString()));
        return configuration;
    }

    @Test
    void containersHaveTheSettingsThatWereMeasuredWithProcesses() throws IOException {
        Map<String, String> processes = processes().toMap();
        Map<String, String> compose = compose().toMap();
        assertThat(processes).containsKeys("heartbeat.timeout", "state.backend.type");
        for (Map.Entry<String, String> setting : compose.entrySet()) {
            String key = setting.getKey();
            if (key.startsWith("taskmanager.memory")
                    || key.startsWith("state.backend")
                    || key.startsWith("heartbeat")
                    || key.startsWith("pekko")
                    || key.startsWith("restart-strategy")
                    || key.startsWith("high-availability.zookeeper.client")
                    || key.equals("high-availability.type")
                    || key.equals("execution.checkpointing.incremental")) {
                assertThat(processes).as(key).containsEntry(key, setting.getValue());
            }
        }
        assertThat(compose.get("high-availability.zookeeper.quorum")).isEqualTo("zookeeper:2181");
        assertThat(compose.get("high-availability.storageDir"))
                .startsWith("file:///opt/flink/state/");
    }

    /** Addresses, the token and directories differ; Kubernetes replaces ZooKeeper. */
    @Test
    void kubernetesHasTheSettingsOfTheContainers() throws IOException {
        Map<String, String> kubernetes = kubernetes().toMap();
        Map<String, String> compose = compose().toMap();
        compose.keySet().removeIf(FlinkConfigTest::isOfTheContainers);
        assertThat(compose).hasSizeGreaterThan(25);
        assertThat(kubernetes).containsAllEntriesOf(compose);
        assertThat(kubernetes).containsEntry("high-availability.type", "kubernetes");
    }

    private static boolean isOfTheContainers(String key) {
        return key.startsWith("high-availability.")
                || key.startsWith("zookeeper.")
                || key.startsWith("rest.")
                || key.equals("jobmanager.rpc.address")
                || key.equals("web.access-control-allow-origin")
                || key.equals("agent-analytics.rest.token")
                || key.equals("execution.checkpointing.dir")
                || key.equals("execution.checkpointing.savepoint-dir");
    }

    @Test
    void aStallOfHalfAMinuteIsNoFailure() {
        Configuration c = processes();
        assertThat(c.get(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT)).hasSeconds(30);
        assertThat(c.get(HeartbeatManagerOptions.HEARTBEAT_RPC_FAILURE_THRESHOLD)).isGreaterThan(1);
        assertThat(c.get(HighAvailabilityOptions.ZOOKEEPER_TOLERATE_SUSPENDED_CONNECTIONS))
                .isTrue();
    }

    @Test
    void aTaskManagerHasAGigabyteOfHeap_andStateOutsideOfIt() {
        Configuration c = processes();
        var memory = TaskExecutorProcessUtils.processSpecFromConfig(c);
        assertThat(memory.getJvmHeapMemorySize()).isGreaterThan(MemorySize.ofMebiBytes(1000));
        assertThat(c.get(StateBackendOptions.STATE_BACKEND)).isEqualTo("rocksdb");
        // Of 60 column families in a slot, each writes to an arena of an eighth of its buffer.
        assertThat(c.get(TaskManagerOptions.MANAGED_MEMORY_SIZE).getMebiBytes() / 2)
                .isGreaterThan(2 * 60);
    }
}
