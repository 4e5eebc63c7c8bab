package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.http.Watch.Watched;
import io.agentanalytics.api.query.BudgetQueries;
import io.agentanalytics.api.query.Dimensions;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.view.BudgetViews.BudgetDefinitionsView;
import io.agentanalytics.api.view.BudgetViews.BudgetPeriodsView;
import io.agentanalytics.api.view.BudgetViews.BudgetView;
import io.agentanalytics.api.view.BudgetViews.BudgetsView;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for budgets. Their definitions are changed through Kafka. */
final class BudgetRoutes {
    private static final String INVALID = "invalid_budget";
    private final ControlGateway changing;
    private final Queries queries;
    private final Watch<BudgetStatus> watch;
    private final Clients clients;

    BudgetRoutes(
            ControlGateway changing, Queries queries, Watch<BudgetStatus> watch, Clients clients) {
        this.changing = changing;
        this.queries = queries;
        this.watch = watch;
        this.clients = clients;
    }

    void budgets(Context c) {
        Params p = new Params(c, "limit", "cursor");
        int limit = p.limit();
        String after = idOf(p.text("cursor"));
        List<BudgetStatus> page =
                queries.ask(handle -> new BudgetQueries(handle).page(after, limit + 1));
        List<BudgetStatus> shown = page.subList(0, Math.min(limit, page.size()));
        String next = page.size() > limit ? cursorOf(shown.get(shown.size() - 1).budgetId()) : null;
        json(c, new BudgetsView(shown.stream().map(this::view).toList(), next));
    }

    private BudgetView view(BudgetStatus status) {
        return new BudgetView(status, watch.isExpired(status));
    }

    private static String cursorOf(String id) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(id.getBytes(StandardCharsets.UTF_8));
    }

    private static String idOf(@Nullable String cursor) {
        if (cursor == null) {
            return "";
        }
        try {
            byte[] id = Base64.getUrlDecoder().decode(cursor);
            return BudgetCodec.checkedId(new String(id, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | InvalidControlException e) {
            throw Cursor.invalid();
        }
    }

    /**
     * Responds with the status of a budget, for clients that start work. With {@code wait} and an
     * ETag that is still current, responds as soon as it changes.
     */
    void budget(Context c) {
        double wait = new Params(c, "wait").number("wait", 0, 0, Watch.MAX_WAIT_SECONDS);
        String id = c.pathParam("id");
        Watched<BudgetStatus> watched = watch.of(id).orElseThrow(() -> unknown(id));
        BudgetStatus status = watched.newest();
        String etag = status == null ? null : watch.etag(status);
        if (wait == 0 || etag == null || !Routes.matches(c, etag)) {
            write(c, watched);
            return;
        }
        String client = clients.of(c);
        Duration atMost = Duration.ofMillis((long) (wait * 1000));
        c.future(
                () -> watch.change(watched, etag, atMost, client).thenRun(() -> write(c, watched)));
    }

    private void write(Context c, Watched<BudgetStatus> watched) {
        BudgetStatus status = watched.newest();
        if (status == null) {
            throw unknown(c.pathParam("id"));
        }
        String etag = watch.etag(status);
        c.header("Cache-Control", "no-cache");
        c.header("ETag", etag);
        if (Routes.matches(c, etag)) {
            c.status(304);
        } else {
            json(c, view(status));
        }
    }

    void periods(Context c) {
        int limit = new Params(c, "limit").limit();
        String id = c.pathParam("id");
        BudgetPeriodsView periods =
                queries.ask(
                        handle ->
                                new BudgetPeriodsView(
                                        id, new BudgetQueries(handle).periods(id, limit)));
        if (periods.periods().isEmpty()) {
            throw unknown(id);
        }
        json(c, periods);
    }

    private static Problem unknown(String id) {
        return Problem.notFound(
                "There is no budget '%s'; GET %s/budgets lists them."
                        .formatted(Params.shortened(id), WebServer.API));
    }

    /** Creates or replaces a budget. */
    void put(Context c) {
        new Params(c);
        JsonNode body = Bodies.json(c);
        Budget made =
                changing.make(
                        INVALID,
                        kafka -> {
                            Budget budget = BudgetCodec.decode(body);
                            requireDimensions(budget);
                            return kafka.put(budget, Who.of(c, null));
                        });
        json(c, new BudgetDefinitionsView(List.of(BudgetCodec.toJson(made))));
    }

    /**
     * Only tags that the job counts can have a budget. Before its first event, the job has not
     * named them yet; the status of the budget then names the problem.
     */
    private void requireDimensions(Budget budget) throws InvalidControlException {
        Dimensions dimensions = queries.ask(Dimensions::read);
        Set<String> counted = dimensions.tags();
        if (dimensions.names().isEmpty()) {
            return;
        }
        for (String tag : budget.tags()) {
            if (!counted.contains(tag)) {
                throw new InvalidControlException(
                        ("match names '%s', which is not a dimension; counted are %s. Start the job"
                                        + " with --dimensions %s.")
                                .formatted(tag, counted, tag));
            }
        }
    }

    void remove(Context c) {
        new Params(c);
        String id = c.pathParam("id");
        changing.make(
                INVALID,
                kafka -> {
                    if (!kafka.budgets().containsKey(id)) {
                        throw unknown(id);
                    }
                    kafka.removeBudget(id, Who.of(c, null));
                    return id;
                });
        c.status(204);
    }

    private static void json(Context c, Object answer) {
        c.contentType("application/json").result(ApiJson.bytes(answer));
    }
}
