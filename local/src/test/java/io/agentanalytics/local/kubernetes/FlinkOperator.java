package io.agentanalytics.local.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/** Checks a FlinkDeployment against the fields and options that the Flink operator knows. */
final class FlinkOperator {
    private static final JsonNode KNOWN = read();
    private static final String PREFIX = "kubernetes.operator.";

    private FlinkOperator() {}

    private static JsonNode read() {
        try (InputStream file = FlinkOperator.class.getResourceAsStream("/flink-operator.yaml")) {
            Object tree = new Yaml().load(Objects.requireNonNull(file));
            return new ObjectMapper().valueToTree(tree);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Set<String> options() {
        Set<String> options = new TreeSet<>();
        KNOWN.path("options").forEach(o -> options.add(PREFIX + o.asText()));
        return options;
    }

    static void check(JsonNode deployment) {
        check("spec", deployment.path("spec"), KNOWN.path("fields"));
    }

    private static void check(String path, JsonNode value, JsonNode known) {
        if (known.isObject()) {
            for (var field : value.properties()) {
                String place = path + "." + field.getKey();
                expect(known.has(field.getKey()), place, "is not a field of a FlinkDeployment");
                check(place, field.getValue(), known.path(field.getKey()));
            }
        } else if (known.isArray()) {
            boolean listed = known.valueStream().anyMatch(value::equals);
            expect(listed, path, "is " + value + ", which is none of " + known);
        } else if (known.asText().equals("pod-template")) {
            StrictBinding.checkPodTemplate(value);
        } else {
            expect(hasType(value, known.asText()), path, "is " + value + ", not " + known.asText());
        }
    }

    private static boolean hasType(JsonNode value, String type) {
        return switch (type) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            case "strings" -> value.isObject() && value.valueStream().allMatch(JsonNode::isTextual);
            case "list of string" ->
                    value.isArray() && value.valueStream().allMatch(JsonNode::isTextual);
            default -> type.equals("any");
        };
    }

    private static void expect(boolean holds, String path, String problem) {
        if (!holds) {
            throw new AssertionError(path + " " + problem + ".");
        }
    }
}
