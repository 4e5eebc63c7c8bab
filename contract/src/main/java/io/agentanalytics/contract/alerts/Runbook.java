package io.agentanalytics.contract.alerts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.contract.YamlFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Runbook steps for each alert type, the next step first. The page, the runbook pages and the
 * messages have them from here.
 */
public final class Runbook {
    private static final List<String> OF_AN_UNKNOWN_TYPE =
            List.of("Read its description and its evidence, then look at its subject.");

    private static final Map<AlertType, List<String>> STEPS = read();

    private Runbook() {}

    private static Map<AlertType, List<String>> read() {
        ObjectNode file = YamlFile.resource("/runbooks.yaml", ObjectNode.class);
        Map<AlertType, List<String>> all = new EnumMap<>(AlertType.class);
        for (Map.Entry<String, JsonNode> entry : file.properties()) {
            AlertType type = AlertType.ofWireName(entry.getKey());
            List<String> steps = new ArrayList<>();
            entry.getValue().forEach(step -> steps.add(step.textValue()));
            if (type == null || steps.isEmpty()) {
                throw new IllegalStateException("runbooks.yaml: wrong entry " + entry.getKey());
            }
            all.put(type, List.copyOf(steps));
        }
        return all;
    }

    /** Returns the steps for a type that a newer version of the job may have written. */
    public static List<String> steps(String wireName) {
        AlertType type = AlertType.ofWireName(wireName);
        return type == null ? OF_AN_UNKNOWN_TYPE : steps(type);
    }

    /** Returns all steps in order; each is a sentence. */
    public static List<String> steps(AlertType type) {
        return STEPS.getOrDefault(type, OF_AN_UNKNOWN_TYPE);
    }
}
