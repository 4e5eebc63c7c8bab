package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.api.query.Answers.RoutingPolicies;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RouterWeightQueries;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.api.query.WeightQueries;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.api.view.WeightViews.RouterWeightsView;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.weights.RoutingPolicy;
import io.agentanalytics.contract.weights.WeightScope;
import io.javalin.http.Context;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for routers and routing policies. Policies are read and changed through Kafka. */
final class WeightRoutes implements Routes, LongPoll.Presentation<RouterWeights> {
    private static final String INVALID = "invalid_policy";
    private static final int MAX_NAMED = 20;
    private final ControlGateway changing;
    private final Queries queries;
    private final Responses responses;
    private final Watch<RouterWeights> watch;
    private final LongPoll<RouterWeights> poll;

    WeightRoutes(
            ControlGateway changing,
            Queries queries,
            Responses responses,
            Watch<RouterWeights> watch,
            ClientAddresses clients) {
        this.changing = changing;
        this.queries = queries;
        this.responses = responses;
        this.watch = watch;
        this.poll = new LongPoll<>(watch, clients, this);
    }

    @Override
    public void addTo(RouteTable table) {
        table.read("/weights", this::weights)
                .read("/weights/{scope}", this::routerWeights)
                .read("/routing-policy", this::policies)
                .put("/routing-policy", this::putPolicy, Access.WRITE)
                .delete("/routing-policy/{scope}", this::removePolicy, Access.WRITE);
    }

    private void weights(Context c) {
        TimeParams p = new TimeParams(c, "scope");
        TimeRange range = p.range(queries.now());
        String scope = scope(Objects.requireNonNullElse(p.text("scope"), WeightScope.GLOBAL));
        responses.answer(c, range, context -> new WeightQueries(context).weights(scope));
    }

    /** Responds with the decision of a scope, for routers. */
    private void routerWeights(Context c) {
        poll.respond(c, scope(c.pathParam("scope")));
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

    private void policies(Context c) {
        new Params(c);
        json(c, changing.make(INVALID, Controls::policies).values());
    }

    /**
     * Replaces the routing policy of a scope, if its version is the newest or omitted. Other
     * omitted fields inherit from {@code global}.
     */
    private void putPolicy(Context c) {
        new Params(c);
        JsonNode body = Bodies.json(c);
        if (body instanceof ObjectNode fields) {
            fields.remove("by"); // belongs to the policy that the client has read
        }
        json(
                c,
                changing.make(
                        INVALID,
                        kafka ->
                                kafka.putPolicies(
                                        List.of(Versioned.policy(body)), Who.of(c, null))));
    }

    private void removePolicy(Context c) {
        new Params(c);
        String scope = c.pathParam("scope");
        changing.remove(
                c,
                INVALID,
                kafka -> kafka.removePolicy(WeightScope.checked(scope), Who.of(c, null)),
                () ->
                        Problem.notFound(
                                "There is no routing policy for '%s'."
                                        .formatted(Params.shortened(scope))));
    }

    private static void json(Context c, Collection<Versioned<RoutingPolicy>> policies) {
        Responses.json(c, new RoutingPolicies(policies.stream().map(Versioned::toJson).toList()));
    }

    private static String scope(String text) {
        try {
            return WeightScope.checked(text);
        } catch (InvalidControlException e) {
            throw Problem.badRequest("bad_scope", String.valueOf(e.getMessage()));
        }
    }
}
