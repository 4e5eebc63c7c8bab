package io.agentanalytics.local.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** Kubernetes objects of some files, with the names that they define and refer to. */
public final class Manifests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final List<JsonNode> objects;

    private Manifests(List<JsonNode> objects) {
        this.objects = objects;
    }

    /** Reads every YAML file of a directory except for its kustomization. */
    public static Manifests in(Path directory) throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (Path file : files(directory)) {
            objects.addAll(parse(Files.readString(file)));
        }
        return new Manifests(objects);
    }

    /** Reads the objects of one text, such as the output of kustomize. */
    public static Manifests of(String yaml) {
        return new Manifests(parse(yaml));
    }

    /** Returns the YAML files of a directory except for its kustomization. */
    public static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".yaml"))
                    .filter(f -> !f.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> parse(String yaml) {
        List<JsonNode> objects = new ArrayList<>();
        new Yaml().loadAll(yaml).forEach(o -> objects.add(JSON.valueToTree(o)));
        return objects;
    }

    /** Returns these objects and those of others. */
    public Manifests and(Manifests others) {
        return new Manifests(Stream.concat(objects.stream(), others.objects.stream()).toList());
    }

    /** Returns all objects. */
    public List<JsonNode> all() {
        return objects;
    }

    /** Returns the objects of a kind. */
    public List<JsonNode> all(String kind) {
        return objects.stream().filter(o -> o.path("kind").asText().equals(kind)).toList();
    }

    /** Returns the object of a kind and name. */
    public JsonNode one(String kind, String name) {
        return all(kind).stream()
                .filter(o -> nameOf(o).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + kind + " " + name + "."));
    }

    /** Returns the name of an object. */
    public static String nameOf(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    /** Returns the keys of each config map or secret by its name. */
    public Map<String, Set<String>> keys(String kind) {
        Map<String, Set<String>> keys = new TreeMap<>();
        for (JsonNode object : all(kind)) {
            Set<String> ofOne = new TreeSet<>();
            object.path("data").fieldNames().forEachRemaining(ofOne::add);
            keys.put(nameOf(object), ofOne);
        }
        return keys;
    }

    /** Returns every pod that the objects start. */
    public List<Pod> pods() {
        List<Pod> pods = new ArrayList<>();
        for (String kind : List.of("Deployment", "StatefulSet", "Job")) {
            for (JsonNode object : all(kind)) {
                JsonNode spec = object.path("spec");
                pods.add(new Pod(nameOf(object), spec.path("template"), claims(spec), Set.of()));
            }
        }
        all("FlinkDeployment").forEach(flink -> pods.addAll(flinkPods(flink)));
        return pods;
    }

    private static Set<String> claims(JsonNode spec) {
        Set<String> names = new TreeSet<>();
        spec.path("volumeClaimTemplates").forEach(c -> names.add(nameOf(c)));
        return names;
    }

    /** The operator merges the template of a process into that of both, lists by position. */
    private static List<Pod> flinkPods(JsonNode flink) {
        List<Pod> pods = new ArrayList<>();
        Map<String, Set<Integer>> ports =
                Map.of("jobManager", Set.of(6123, 6124, 8081), "taskManager", Set.of(6122));
        ports.forEach(
                (process, own) -> {
                    JsonNode spec = flink.path("spec");
                    JsonNode template = spec.path("podTemplate").deepCopy();
                    JsonNode merged = Merge.into(template, spec.path(process).path("podTemplate"));
                    Merge.into(merged, labels(nameOf(flink), process));
                    pods.add(new Pod(nameOf(flink) + " " + process, merged, Set.of(), own));
                });
        return pods;
    }

    private static JsonNode labels(String name, String process) {
        Map<String, String> labels =
                Map.of("app", name, "component", process.toLowerCase(Locale.ROOT));
        return JSON.valueToTree(Map.of("metadata", Map.of("labels", labels)));
    }
}
