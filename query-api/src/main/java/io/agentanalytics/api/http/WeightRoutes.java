package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.Controls;
import io.agentanalytics.api.http.Watch.Watched;
import io.agentanalytics.api.query.Answers.RoutingPolicies;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RouterWeightQueries;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.api.view.WeightViews.RouterWeightsView;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.RoutingPolicyCodec;
import io.agentanalytics.contract.weights.WeightScope;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;

/** HTTP handlers for routers and routing policies. Policies are read and changed through Kafka. */
final class WeightRoutes {
    private static final String INVALID = "invalid_policy";
    private static final int MAX_NAMED = 20;
    private final ControlGateway changing;
    private final Queries queries;
    private final Watch<RouterWeights> watch;
    private final Clients clients;

    WeightRoutes(
            ControlGateway changing, Queries queries, Watch<RouterWeights> watch, Clients clients) {
        this.changing = changing;
        this.queries = queries;
        this.watch = watch;
        this.clients = clients;
    }

    /**
     * Responds with the decision of a scope, for routers. With {@code wait} and an ETag that is
     * still current, responds as soon as it changes.
     */
    void routerWeights(Context c) {
        double wait = new Params(c, "wait").number("wait", 0, 0, Watch.MAX_WAIT_SECONDS);
        String scope = Routes.scope(c.pathParam("scope"));
        Watched<RouterWeights> watched = watch.of(scope).orElseThrow(() -> unknown(scope));
        RouterWeights decided = watched.newest();
        String etag = decided == null ? null : watch.etag(decided);
        if (wait == 0 || etag == null || !Routes.matches(c, etag)) {
            write(c, scope, watched, wait > 0);
            return;
        }
        String client = clients.of(c);
        Duration atMost = Duration.ofMillis((long) (wait * 1000));
        c.future(
                () ->
                        watch.change(watched, etag, atMost, client)
                                .thenRun(() -> write(c, scope, watched, true)));
    }

    private void write(Context c, String scope, Watched<RouterWeights> watched, boolean waited) {
        RouterWeights decided = watched.newest();
        if (decided == null) {
            throw unknown(scope);
        }
        if (!waited) { // A cached answer would be an answer to the next request that waits.
            c.header("Cache-Control", "max-age=" + watch.secondsLeft(decided));
        }
        String etag = watch.etag(decided);
        c.header("ETag", etag);
        if (Routes.matches(c, etag)) {
            c.status(304);
            return;
        }
        c.contentType("application/json")
                .result(ApiJson.bytes(new RouterWeightsView(decided, watch.isExpired(decided))));
    }

    private Problem unknown(String scope) {
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
        c.contentType("application/json").result(ApiJson.bytes(new RoutingPolicies(policies)));
    }
}
