package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.Controls;
import io.agentanalytics.api.query.Answers.RoutingPolicies;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import io.agentanalytics.contract.weights.WeightScope;
import io.javalin.http.Context;
import java.util.List;

/** HTTP handlers for routing policies. Reads and changes go through Kafka. */
final class WeightRoutes {
    private static final String INVALID = "invalid_policy";
    private final ControlGateway changing;

    WeightRoutes(ControlGateway changing) {
        this.changing = changing;
    }

    void policies(Context c) {
        new Params(c);
        json(c, List.copyOf(changing.make(INVALID, Controls::policies).values()));
    }

    /** Replaces the routing policy of a scope. Omitted fields inherit from {@code global}. */
    void putPolicy(Context c) {
        new Params(c);
        JsonNode body = Bodies.json(c);
        RoutingPolicy made =
                changing.make(
                        INVALID,
                        kafka -> {
                            // A client may send back a policy that it has read; its previous author
                            // is overwritten.
                            String by = Who.of(c, null);
                            if (body instanceof ObjectNode fields) {
                                fields.put("by", by);
                            }
                            RoutingPolicy policy = RoutingPolicyCodec.decode(body);
                            kafka.put(policy, by);
                            return policy;
                        });
        json(c, List.of(made));
    }

    void removePolicy(Context c) {
        new Params(c);
        String scope = c.pathParam("scope");
        changing.make(
                INVALID,
                kafka -> {
                    if (!kafka.policies().containsKey(WeightScope.checked(scope))) {
                        throw Problem.notFound(
                                "There is no routing policy for '%s'."
                                        .formatted(Params.shortened(scope)));
                    }
                    kafka.removePolicy(scope, Who.of(c, null));
                    return scope;
                });
        c.status(204);
    }

    private static void json(Context c, List<RoutingPolicy> policies) {
        c.contentType("application/json").result(ApiJson.bytes(new RoutingPolicies(policies)));
    }
}
