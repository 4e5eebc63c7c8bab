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

/** Routing policies: reading and changing them, through Kafka. */
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

    /** What it leaves out is as for {@code global}; the one that held before is replaced whole. */
    void putPolicy(Context c) {
        new Params(c);
        JsonNode body = Bodies.json(c);
        RoutingPolicy made =
                changing.make(
                        INVALID,
                        kafka -> {
                            // A policy that was read and is put back names who made it before.
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
        c.contentType("application/json").result(Json.bytes(new RoutingPolicies(policies)));
    }
}
