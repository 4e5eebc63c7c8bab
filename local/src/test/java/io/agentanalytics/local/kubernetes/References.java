package io.agentanalytics.local.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Finds names in the objects that nothing defines. */
public final class References {
    /** Where each pod finds its secrets. */
    public static final String SECRETS = "/run/secrets/agent-analytics";

    private final Manifests objects;
    private final Map<String, Set<String>> configMaps;
    private final Map<String, Set<String>> secrets;
    private final List<Pod> pods;
    private final List<String> faults = new ArrayList<>();

    private References(Manifests objects) {
        this.objects = objects;
        configMaps = objects.keys("ConfigMap");
        secrets = objects.keys("Secret");
        pods = objects.pods();
    }

    /** Returns a sentence for each name that is not defined. */
    public static List<String> faults(Manifests objects) {
        References references = new References(objects);
        references.pods.forEach(references::checkPod);
        references.checkServices();
        references.checkSelectors();
        references.checkAccounts();
        return references.faults;
    }

    private void checkPod(Pod pod) {
        Map<String, JsonNode> volumes = pod.volumes();
        volumes.values().forEach(v -> checkVolume(pod.name(), v));
        for (JsonNode container : pod.containers()) {
            String place = pod.name() + "/" + container.path("name").asText();
            for (JsonNode mount : container.path("volumeMounts")) {
                expect(volumes.containsKey(mount.path("name").asText()), place, mount);
            }
            container.path("envFrom").forEach(e -> checkEnvironment(place, e));
            container.path("env").forEach(e -> checkVariable(place, e.path("valueFrom")));
            checkProbes(pod, container, place);
            checkSecretFiles(volumes, container, place);
        }
    }

    private void checkVolume(String place, JsonNode volume) {
        if (volume.has("secret")) {
            expect(secrets.containsKey(text(volume, "secret", "secretName")), place, volume);
        }
        if (volume.has("configMap")) {
            expect(configMaps.containsKey(text(volume, "configMap", "name")), place, volume);
        }
    }

    private void checkEnvironment(String place, JsonNode source) {
        expect(
                configMaps.containsKey(text(source, "configMapRef", "name"))
                        || secrets.containsKey(text(source, "secretRef", "name")),
                place,
                source);
    }

    private void checkVariable(String place, JsonNode source) {
        if (!source.isMissingNode()) {
            String secret = text(source, "secretKeyRef", "name");
            String key = text(source, "secretKeyRef", "key");
            expect(secrets.getOrDefault(secret, Set.of()).contains(key), place, source);
        }
    }

    private void checkProbes(Pod pod, JsonNode container, String place) {
        for (String kind : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            for (String action : List.of("httpGet", "tcpSocket")) {
                JsonNode port = container.path(kind).path(action).path("port");
                expect(port.isMissingNode() || pod.ports().contains(port.asText()), place, port);
            }
        }
    }

    /** A file below the directory of secrets must be a key of the secret that is mounted there. */
    private void checkSecretFiles(Map<String, JsonNode> volumes, JsonNode container, String place) {
        for (JsonNode mount : container.path("volumeMounts")) {
            if (mount.path("mountPath").asText().equals(SECRETS)) {
                JsonNode volume = volumes.get(mount.path("name").asText());
                String secret = volume == null ? "" : text(volume, "secret", "secretName");
                Set<String> keys = secrets.getOrDefault(secret, Set.of());
                values(container)
                        .filter(v -> v.startsWith(SECRETS + "/"))
                        .map(v -> v.substring(SECRETS.length() + 1))
                        .filter(v -> !keys.contains(v))
                        .forEach(v -> faults.add(place + ": " + secret + " has no " + v));
            }
        }
    }

    private static Stream<String> values(JsonNode container) {
        return Stream.concat(
                container.path("args").valueStream().map(JsonNode::asText),
                container.path("env").valueStream().map(e -> e.path("value").asText()));
    }

    private void checkServices() {
        for (JsonNode service : objects.all("Service")) {
            String name = Manifests.nameOf(service);
            List<Pod> behind = selected(service.path("spec").path("selector"));
            expect(!behind.isEmpty(), name, service.path("spec").path("selector"));
            for (JsonNode port : service.path("spec").path("ports")) {
                String target = port.path("targetPort").asText();
                expect(behind.stream().allMatch(p -> p.ports().contains(target)), name, port);
            }
        }
        for (JsonNode set : objects.all("StatefulSet")) {
            objects.one("Service", set.path("spec").path("serviceName").asText());
        }
    }

    private List<Pod> selected(JsonNode labels) {
        return pods.stream().filter(p -> p.isSelectedBy(labels)).toList();
    }

    private void checkSelectors() {
        for (JsonNode budget : objects.all("PodDisruptionBudget")) {
            JsonNode labels = budget.path("spec").path("selector").path("matchLabels");
            expect(!selected(labels).isEmpty(), Manifests.nameOf(budget), labels);
        }
        for (JsonNode policy : objects.all("NetworkPolicy")) {
            String name = Manifests.nameOf(policy);
            JsonNode labels = policy.path("spec").path("podSelector").path("matchLabels");
            List<Pod> targets = selected(labels);
            expect(!targets.isEmpty(), name, labels);
            for (JsonNode rule : policy.path("spec").path("ingress")) {
                for (JsonNode port : rule.path("ports")) {
                    String number = port.path("port").asText();
                    expect(targets.stream().anyMatch(p -> p.ports().contains(number)), name, port);
                }
            }
        }
    }

    private void checkAccounts() {
        for (JsonNode flink : objects.all("FlinkDeployment")) {
            objects.one("ServiceAccount", flink.path("spec").path("serviceAccount").asText());
        }
        for (JsonNode binding : objects.all("RoleBinding")) {
            objects.one("Role", text(binding, "roleRef", "name"));
            binding.path("subjects")
                    .forEach(s -> objects.one("ServiceAccount", s.path("name").asText()));
        }
    }

    private static String text(JsonNode object, String field, String inner) {
        return object.path(field).path(inner).asText();
    }

    private void expect(boolean holds, String place, JsonNode reference) {
        if (!holds) {
            faults.add(place + " refers to " + reference + ", which is not defined.");
        }
    }
}
