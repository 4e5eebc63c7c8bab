package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.agentanalytics.api.control.Controls;
import io.agentanalytics.api.control.Controls.UnavailableException;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.api.query.AlertQueries;
import io.agentanalytics.api.query.Answers.Rules;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.view.AlertViews.*;
import io.agentanalytics.api.view.RuleViewBuilder;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.alerts.AlertRule;
import io.agentanalytics.contract.alerts.RuleCodec;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for the rules of alerts. Changes go through Kafka. */
final class RuleRoutes implements Routes {
    private static final String INVALID = "invalid_rule";
    private final Queries queries;
    private final ControlGateway changing;

    RuleRoutes(Queries queries, ControlGateway changing) {
        this.queries = queries;
        this.changing = changing;
    }

    @Override
    public void addTo(RouteTable table) {
        table.read("/alert-rules", this::rules)
                .put("/alert-rules", this::put, Access.WRITE)
                .delete("/alert-rules/{id}", this::remove, Access.WRITE);
    }

    private void rules(Context c) {
        new Params(c);
        Responses.json(c, changing.make(INVALID, k -> views(k.rules().values(), k)));
    }

    private Rules views(Iterable<AlertRule> rules, Controls controls) throws UnavailableException {
        Map<String, RuleResult> results =
                queries.ask(
                        handle ->
                                new AlertQueries(handle)
                                        .results(queries.now().minus(Duration.ofDays(1))));
        List<RuleView> views = new ArrayList<>();
        for (AlertRule r : rules) {
            RuleResult result = results.getOrDefault(r.ruleId(), RuleResult.NONE);
            views.add(view(r, result, controls.authorOf(r)));
        }
        return new Rules(views);
    }

    private static RuleView view(AlertRule r, RuleResult result, Controls.@Nullable Author author) {
        return RuleViewBuilder.builder()
                .ruleId(r.ruleId())
                .type(r.type().wireName())
                .version(r.version())
                .enabled(r.enabled())
                .shadow(r.shadow())
                .severity(r.severity())
                .forSeconds(r.forSeconds())
                .keepSeconds(r.keepSeconds())
                .match(r.match())
                .params(r.values())
                .enforce(r.enforce())
                .title(r.type().title())
                .firedLastDay(result.fired())
                .open(result.open())
                .changedBy(author == null ? null : author.by())
                .changedAt(author == null ? null : author.at())
                .build();
    }

    /**
     * Accepts one rule, or several under {@code rules}. All are validated before any is activated.
     */
    private void put(Context c) {
        new Params(c);
        JsonNode body = Bodies.json(c);
        List<Versioned<AlertRule>> wanted = new ArrayList<>();
        for (JsonNode rule : body.path("rules").isArray() ? body.path("rules") : List.of(body)) {
            wanted.add(decoded(rule));
        }
        Responses.json(
                c, changing.make(INVALID, k -> views(k.putRules(wanted, Who.of(c, null)), k)));
    }

    private static Versioned<AlertRule> decoded(JsonNode json) {
        try {
            // Removes the result fields first: clients may send back a rule that they have read.
            if (json instanceof ObjectNode object) {
                object.remove(List.of("fired_last_day", "open", "changed_by", "changed_at"));
            }
            return Versioned.decode(json, RuleCodec::decode);
        } catch (InvalidControlException e) {
            throw Problem.badRequest(INVALID, String.valueOf(e.getMessage()));
        }
    }

    private void remove(Context c) {
        new Params(c);
        String id = c.pathParam("id");
        changing.remove(
                c,
                INVALID,
                k -> k.removeRule(id, Who.of(c, null)),
                () -> Problem.notFound("There is no rule '%s'.".formatted(Params.shortened(id))));
    }
}
