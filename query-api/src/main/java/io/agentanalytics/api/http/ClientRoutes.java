package io.agentanalytics.api.http;

import io.agentanalytics.api.clients.ClientWatch;
import io.agentanalytics.api.connect.Guide;
import io.agentanalytics.api.connect.GuideAnswer;
import io.agentanalytics.api.connect.Setup;
import io.agentanalytics.api.query.Queries;
import io.javalin.http.Context;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for connecting clients: guides, and what the clients send. */
record ClientRoutes(@Nullable ClientWatch watch, Queries queries) implements Routes {
    /** File that the page names; the user replaces it. */
    private static final String TOKEN_FILE = "TOKEN_FILE";

    @Override
    public void addTo(RouteTable table) {
        table.read("/clients", this::clients).read("/connect/{client}", this::guide);
    }

    private void clients(Context c) {
        new Params(c);
        if (watch == null) {
            throw ControlGateway.noKafka();
        }
        Responses.json(c, watch.answer(queries.now()));
    }

    private void guide(Context c) {
        Params p = new Params(c, "endpoint", "token", "budgets");
        Guide guide = Guide.of(c.pathParam("client"));
        if (guide == null) {
            throw Problem.notFound(
                    "There is no client '%s' here; there are %s."
                            .formatted(
                                    Params.shortened(c.pathParam("client")),
                                    String.join(", ", Guide.names())));
        }
        Responses.json(c, GuideAnswer.of(guide, setup(p)));
    }

    private static Setup setup(Params p) {
        String endpoint = Objects.requireNonNullElse(p.text("endpoint"), Setup.DEFAULT_ENDPOINT);
        boolean token = p.oneOf("token", "false", "true").equals("true");
        boolean budgets = p.oneOf("budgets", "false", "true").equals("true");
        try {
            return new Setup(endpoint, token ? TOKEN_FILE : "", Setup.DEFAULT_TEAM, budgets);
        } catch (IllegalArgumentException e) {
            throw Problem.badRequest("bad_endpoint", String.valueOf(e.getMessage()));
        }
    }
}
