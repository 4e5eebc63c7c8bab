package io.agentanalytics.api.http;

import io.agentanalytics.api.query.Answers.*;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.TaskDetails;
import io.agentanalytics.api.query.TaskQueries;
import io.agentanalytics.api.query.TaskQueries.TaskPage;
import io.agentanalytics.api.query.TaskSearch;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.Retention;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for tasks: searches, one task, and its tree. */
record TaskRoutes(Queries queries, Responses responses) implements Routes {
    @Override
    public void addTo(RouteTable table) {
        table.read("/tasks", this::tasks)
                .read("/agents/{id}/tasks", this::agentTasks)
                .read("/tasks/{id}", this::task)
                .read("/task", this::task)
                .read("/task-tree", this::taskTree);
    }

    private void tasks(Context c) {
        ListParams p = ListParams.paged(c, "where", "outcome", "tag", "error", "agent_id");
        tasks(c, p, p.text("agent_id"));
    }

    private void agentTasks(Context c) {
        ListParams p = ListParams.paged(c, "where", "outcome", "tag", "error");
        tasks(c, p, c.pathParam("id"));
    }

    private void tasks(Context c, ListParams p, @Nullable String agent) {
        TimeRange range = p.range(queries.now());
        Listing listing = agent == null ? p.tasksOfAll() : p.tasks();
        TaskSearch search = new TaskSearch(range, agent, p.error(), listing);
        responses.answer(
                c,
                range,
                context -> {
                    TaskPage page = new TaskQueries(context.handle()).page(search);
                    return new TasksAnswer(
                            context.head(), page.tasks(), p.toCursor(range, page.next()));
                });
    }

    private void task(Context c) {
        new Params(c, PathName.parameter(c, "id"));
        String id = PathName.of(c, "id");
        responses.answer(
                c,
                () ->
                        Problem.requireFound(
                                queries.ask(handle -> new TaskDetails(handle).task(id)),
                                "Task '%s' has not ended in the last %d days."
                                        .formatted(id, Retention.DAYS)));
    }

    private void taskTree(Context c) {
        new Params(c, "id");
        String id = PathName.of(c, "id");
        responses.answer(
                c,
                () ->
                        Problem.requireFound(
                                queries.ask(handle -> new TaskDetails(handle).tree(id)),
                                ("Task '%s' is unknown: it has not ended, and no alert refers to"
                                                + " it.")
                                        .formatted(id)));
    }
}
