package io.agentanalytics.api.http;

import io.agentanalytics.api.clients.Senders;
import io.agentanalytics.api.query.Answers.*;
import io.agentanalytics.api.query.HealthQueries;
import io.agentanalytics.api.query.Queries;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Objects;

/** HTTP handlers for the condition of the API and of the job, and the description of the API. */
record HealthRoutes(Queries queries, Senders senders, Responses responses, WarmUp warmUp)
        implements Routes {
    @Override
    public void addTo(RouteTable table) {
        table.get("/", c -> c.redirect(Guard.PAGE + "/"), Access.OPEN)
                .read("/health", this::health)
                .read("/openapi.yaml", this::openApi)
                .get("/health/live", this::live, Access.PROBE)
                .get("/health/ready", this::ready, Access.PROBE);
    }

    private void health(Context c) {
        new Params(c);
        responses.answer(
                c,
                () -> {
                    Instant now = queries.now();
                    var others = senders.deadLetters(now);
                    return queries.ask(handle -> new HealthQueries(handle).health(now, others));
                });
    }

    private void openApi(Context c) throws IOException {
        new Params(c);
        try (InputStream yaml = HealthRoutes.class.getResourceAsStream("/openapi.yaml")) {
            c.contentType("application/yaml").result(Objects.requireNonNull(yaml).readAllBytes());
        }
    }

    private void live(Context c) {
        c.contentType("text/plain").result("live\n");
    }

    private void ready(Context c) {
        queries.ping();
        warmUp.require();
        c.contentType("text/plain").result("ready\n");
    }
}
