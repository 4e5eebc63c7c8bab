package io.agentanalytics.local.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A pod that an object starts.
 *
 * @param claims volumes that the object adds
 * @param ownPorts ports that the operator adds
 */
public record Pod(String name, JsonNode template, Set<String> claims, Set<Integer> ownPorts) {

    /** Returns its containers, those for the initialization first. */
    public List<JsonNode> containers() {
        List<JsonNode> containers = new ArrayList<>();
        spec().path("initContainers").forEach(containers::add);
        spec().path("containers").forEach(containers::add);
        return containers;
    }

    /** Returns the specification of the pod. */
    public JsonNode spec() {
        return template.path("spec");
    }

    /** Returns true if a selector by labels selects the pod. */
    public boolean isSelectedBy(JsonNode labels) {
        JsonNode own = template.path("metadata").path("labels");
        return labels.properties().stream()
                .allMatch(l -> own.path(l.getKey()).equals(l.getValue()));
    }

    /** Returns the names and numbers of the ports on which it listens. */
    public Set<String> ports() {
        Set<String> ports = new TreeSet<>();
        ownPorts.forEach(p -> ports.add(p.toString()));
        for (JsonNode container : containers()) {
            for (JsonNode port : container.path("ports")) {
                ports.add(port.path("name").asText());
                ports.add(port.path("containerPort").asText());
            }
        }
        return ports;
    }

    /** Returns the volumes by name. */
    public Map<String, JsonNode> volumes() {
        Map<String, JsonNode> volumes = new TreeMap<>();
        claims.forEach(c -> volumes.put(c, MissingNode.getInstance()));
        spec().path("volumes").forEach(v -> volumes.put(v.path("name").asText(), v));
        return volumes;
    }
}
