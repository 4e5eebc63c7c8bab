package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.Controls;
import io.agentanalytics.api.query.Answers.RoutingPolicies;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RouterWeightQueries;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.api.view.WeightViews.RouterWeightsView;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import io.agentanalytics.contract.weights.WeightScope;
import io.javalin.http.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for routers and routing policies. Policies are read and changed through Kafka. */
final class WeightRoutes implements LongPoll.Presentation<RouterWeights> {
    private static final String INVALID = "invalid_policy";
    private static final int MAX_NAMED = 20;
    private final ControlGateway changing;
    private final Queries queries;
    private final Watch<RouterWeights> watch;
    private final LongPoll<RouterWeights> poll;

    WeightRoutes(
            ControlGateway changing, Queries queries, Watch<RouterWeights> watch, Clients clients) {
        this.changing = changing;
        this.queries = queries;
        this.watch = watch;
        this.poll = new LongPoll<>(watch, clients, this);
    }

    /** Responds with the decision of a scope, for routers. */
    void routerWeights(Context c) {
        poll.respond(c, Routes.scope(c.pathParam("scope")));
    }

    @Override
    public Object view(RouterWeights decided) {
        return new RouterWeightsView(decided, watch.isExpired(decided));
    }

    /** A cached answer would be an answer to the next request that waits. */
    @Override
    public @Nullable String cacheControl(RouterWeights decided, boolean waits) {
        return waits ? null : "max-age=" + watch.secondsLeft(decided);
    }

    @Override
    public Problem unknown(String scope) {
        List<String> known =
                queries.ask(handle -> new RouterWeightQueries(handle).scopes(queries.now()));
        String named = String.join(", ", known.subList(0, Math.min(MAX_NAMED, known.size())));
        return Problem.notFound(
                known.isEmpty()
                        ? "Nothing was decided for '%s', nor for any other scope, in the last hour."
                                .formatted(Params.shortened(scope))
                        : "Nothing was decided for '%s'; known scopes are %s%s."
                                .formatted(
                                        Params.shortened(scope),
                                        named,
                                        known.size() > MAX_NAMED
                                                ? " and %d others"
                                                        .formatted(known.size() - MAX_NAMED)
                                                : ""));
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
        Responses.json(c, new RoutingPolicies(policies));
    }
}
