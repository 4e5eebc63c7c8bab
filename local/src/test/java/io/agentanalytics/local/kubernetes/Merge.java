package io.agentanalytics.local.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Merges trees: objects by key and lists by position, as the Flink operator does. */
final class Merge {
    private Merge() {}

    static JsonNode into(JsonNode target, JsonNode changes) {
        changes.properties()
                .forEach(
                        change -> {
                            ObjectNode object = (ObjectNode) target;
                            JsonNode old = object.path(change.getKey());
                            object.set(change.getKey(), merged(old, change.getValue()));
                        });
        return target;
    }

    private static JsonNode merged(JsonNode old, JsonNode change) {
        if (old.isObject() && change.isObject()) {
            return into(old, change);
        }
        if (old.isArray() && change.isArray()) {
            for (int i = 0; i < change.size(); i++) {
                if (i < old.size()) {
                    ((ArrayNode) old).set(i, merged(old.get(i), change.get(i)));
                } else {
                    ((ArrayNode) old).add(change.get(i));
                }
            }
            return old;
        }
        return change;
    }
}
