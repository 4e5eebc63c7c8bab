package io.agentanalytics.local.follow;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.client.Shares;
import io.agentanalytics.contract.Json;
import io.agentanalytics.local.command.UserError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Endpoints for Envoy (EDS) as a file that it watches: a {@code ClusterLoadAssignment} for each
 * cluster. A drained server is left out, because Envoy accepts no weight of 0.
 */
public final class EnvoyFormat implements WeightFormat {
    private static final String TYPE =
            "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    private static final Pattern ADDRESS = Pattern.compile("\\[?(.+?)]?:(\\d{1,5})");

    @Override
    public String text(Shares shares, List<Target> targets) {
        ObjectNode response = Json.mapper().createObjectNode();
        ArrayNode resources = response.putArray("resources");
        Map<String, ArrayNode> clusters = new LinkedHashMap<>();
        for (TargetWeight w : TargetWeight.of(shares.byProvider(), targets)) {
            ArrayNode endpoints =
                    clusters.computeIfAbsent(
                            w.target().backend(), name -> endpoints(resources, name));
            if (w.weight() > 0) {
                add(endpoints, w);
            }
        }
        return response.toPrettyString() + "\n";
    }

    private static ArrayNode endpoints(ArrayNode resources, String cluster) {
        ObjectNode assignment = resources.addObject();
        assignment.put("@type", TYPE).put("cluster_name", cluster);
        return assignment.putArray("endpoints").addObject().putArray("lb_endpoints");
    }

    private static void add(ArrayNode endpoints, TargetWeight w) {
        Matcher address = ADDRESS.matcher(w.target().server());
        if (address.matches()) {
            ObjectNode endpoint = endpoints.addObject();
            endpoint.putObject("endpoint")
                    .putObject("address")
                    .putObject("socket_address")
                    .put("address", address.group(1))
                    .put("port_value", Integer.parseInt(address.group(2)));
            endpoint.put("load_balancing_weight", w.weight());
        }
    }

    @Override
    public void check(List<Target> targets) {
        for (Target target : targets) {
            if (!ADDRESS.matcher(target.server()).matches()) {
                throw new UserError(
                        "'%s' is not an address; write --map PROVIDER=CLUSTER/ADDRESS:PORT."
                                .formatted(target.server()));
            }
        }
    }
}
