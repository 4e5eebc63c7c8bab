package io.agentanalytics.api.http;

import io.agentanalytics.api.query.Answers;
import io.agentanalytics.api.query.Answers.*;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.api.view.Views.TaskView;
import io.javalin.http.Context;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each route does: parse with bounds, ask one question, write JSON. */
final class Routes {
    private final Queries queries;

    Routes(Queries queries) {
        this.queries = queries;
    }

    void overview(Context c) {
        json(c, queries.overview(range(c, "from", "to", "step")));
    }

    void agents(Context c) {
        Params p = new Params(c, "from", "to", "step", "limit", "cursor", "sort", "filter");
        Agents a = queries.agents(p.range(queries.now()), p.agentPage());
        json(c, new Agents(a.head(), a.agents(), a.total(), Params.toCursor(a.nextCursor())));
    }

    void agent(Context c) {
        TimeRange range = range(c, "from", "to", "step");
        String id = c.pathParam("id");
        json(
                c,
                queries.agent(range, id)
                        .orElseThrow(
                                () ->
                                        Problem.notFound(
                                                "No agent '%s' did anything between %s and %s."
                                                        .formatted(id, range.from(), range.to()))));
    }

    void agentTasks(Context c) {
        Params p = new Params(c, "from", "to", "step", "limit", "cursor", "outcome");
        TimeRange range = p.range(queries.now());
        int limit = p.limit();
        String[] place = place(p.cursor());
        List<TaskView> tasks =
                queries.tasks(
                        c.pathParam("id"),
                        range,
                        p.outcome(),
                        place == null ? null : instant(place[0]),
                        place == null ? null : place[1],
                        limit);
        TaskView last = tasks.size() < limit ? null : tasks.get(tasks.size() - 1);
        String next = last == null ? null : last.endedAt() + "|" + last.taskId();
        json(c, queries.tasksAnswer(range, tasks, Params.toCursor(next)));
    }

    private static String @Nullable [] place(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        String[] parts = cursor.split("\\|", 2);
        if (parts.length != 2) {
            throw Params.invalidCursor();
        }
        return parts;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw Params.invalidCursor();
        }
    }

    void providers(Context c) {
        json(c, queries.providers(range(c, "from", "to", "step")));
    }

    void provider(Context c) {
        TimeRange range = range(c, "from", "to", "step");
        String name = c.pathParam("name");
        json(
                c,
                queries.provider(range, name)
                        .orElseThrow(
                                () ->
                                        Problem.notFound(
                                                "Provider '%s' was not called between %s and %s."
                                                        .formatted(
                                                                name, range.from(), range.to()))));
    }

    void task(Context c) {
        new Params(c);
        String id = c.pathParam("id");
        json(
                c,
                queries.task(id)
                        .orElseThrow(
                                () ->
                                        Problem.notFound(
                                                "Task '%s' has not ended in the last 30 days."
                                                        .formatted(id))));
    }

    void dashboard(Context c) {
        Params p = new Params(c, "from", "to", "step", "limit", "cursor", "sort", "filter");
        DashboardData d = queries.dashboard(p.range(queries.now()), p.agentPage());
        json(
                c,
                new DashboardData(
                        d.head(),
                        d.overview(),
                        d.agents(),
                        d.totalAgents(),
                        Params.toCursor(d.nextCursor()),
                        d.providers(),
                        d.usual(),
                        d.alerts(),
                        d.weights()));
    }

    void alerts(Context c) {
        var none = Answers.NO_ALERTS;
        json(c, new NoAlerts(List.of(), none.status(), none.reason()));
    }

    void weights(Context c) {
        var none = Answers.NO_WEIGHTS;
        json(c, new NoWeights(List.of(), none.status(), none.reason()));
    }

    void insights(Context c) {
        var none = Answers.NO_INSIGHTS;
        json(c, new NoInsights(List.of(), none.status(), none.reason()));
    }

    void health(Context c) {
        json(c, queries.health());
    }

    void live(Context c) {
        c.contentType("text/plain").result("live\n");
    }

    void ready(Context c) {
        queries.ping();
        c.contentType("text/plain").result("ready\n");
    }

    private TimeRange range(Context c, String... allowed) {
        return new Params(c, allowed).range(queries.now());
    }

    private static void json(Context c, Object answer) {
        c.contentType("application/json").result(Json.bytes(answer));
    }
}
