package io.agentanalytics.local.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.yaml.snakeyaml.Yaml;

/** Checks of single objects and directories. */
public final class ManifestChecks {
    private ManifestChecks() {}

    /** Fails on fields that do not exist and values of another type. */
    public static void bindStrictly(JsonNode object) {
        StrictBinding.check(object);
    }

    /** Fails unless a kustomization lists exactly the files beside it. */
    public static void filesAreListed(Path directory) throws IOException {
        Set<String> listed = new TreeSet<>();
        Map<String, Object> kustomization = kustomization(directory);
        for (String list : List.of("resources", "patches")) {
            for (Object entry : (List<?>) kustomization.getOrDefault(list, List.of())) {
                Object path = entry instanceof Map<?, ?> patch ? patch.get("path") : entry;
                assertThat(directory.resolve(path.toString())).exists();
                listed.add(path.toString());
            }
        }
        listed.removeIf(path -> path.startsWith(".."));
        assertThat(Manifests.files(directory))
                .extracting(f -> f.getFileName().toString())
                .containsExactlyElementsOf(listed);
    }

    private static Map<String, Object> kustomization(Path directory) throws IOException {
        return new Yaml().load(Files.readString(directory.resolve("kustomization.yaml")));
    }

    /** Returns the secrets that a kustomization generates. */
    @SuppressWarnings("unchecked") // the form of a kustomization
    public static List<Map<String, Object>> generators(Path directory) throws IOException {
        return (List<Map<String, Object>>) kustomization(directory).get("secretGenerator");
    }

    /** Fails on settings that neither Flink nor its operator knows, and on unreadable values. */
    public static void flinkReads(JsonNode deployment) throws Exception {
        Map<String, ConfigOption<?>> known = FlinkKeys.all();
        assertThat(known).hasSizeGreaterThan(400);
        Set<String> ofOperator = FlinkOperator.options();
        Configuration configuration = new Configuration();
        List<String> unknown = new ArrayList<>();
        for (var setting : deployment.path("spec").path("flinkConfiguration").properties()) {
            String key = setting.getKey();
            configuration.setString(key, setting.getValue().asText());
            if (known.containsKey(key)) {
                assertThat(configuration.getOptional(known.get(key))).as(key).isPresent();
            } else if (!ofOperator.contains(key)) {
                unknown.add(key);
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** Fails unless a pod is restricted, and probed if it is a server. */
    public static void isConfined(Pod pod) {
        JsonNode security = pod.spec().path("securityContext");
        assertThat(security.path("runAsNonRoot").asBoolean()).as(pod.name()).isTrue();
        assertThat(security.path("runAsUser").asInt()).as(pod.name()).isPositive();
        assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        for (JsonNode container : pod.containers()) {
            JsonNode own = container.path("securityContext");
            assertThat(own.path("readOnlyRootFilesystem").asBoolean()).as(pod.name()).isTrue();
            assertThat(own.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(own.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
            assertThat(container.has("livenessProbe"))
                    .as(pod.name())
                    .isEqualTo(!pod.spec().path("restartPolicy").asText().equals("OnFailure"));
        }
    }

    /** Returns true if a program is on the path. */
    public static boolean isInstalled(String program) {
        return Arrays.stream(System.getenv("PATH").split(":", -1))
                .anyMatch(d -> Files.isExecutable(Path.of(d, program)));
    }
}
