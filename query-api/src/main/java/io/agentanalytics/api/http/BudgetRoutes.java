package io.agentanalytics.api.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.control.Versioned;
import io.agentanalytics.api.query.BudgetQueries;
import io.agentanalytics.api.query.Dimensions;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.Slice;
import io.agentanalytics.api.view.BudgetViews.BudgetDefinitionsView;
import io.agentanalytics.api.view.BudgetViews.BudgetPeriodsView;
import io.agentanalytics.api.view.BudgetViews.BudgetView;
import io.agentanalytics.api.view.BudgetViews.BudgetsView;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.JsonFields;
import io.agentanalytics.contract.budgets.Budget;
import io.agentanalytics.contract.budgets.BudgetCodec;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.javalin.http.Context;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** HTTP handlers for budgets. Their definitions are changed through Kafka. */
final class BudgetRoutes implements Routes, LongPoll.Presentation<BudgetStatus> {
    private static final String INVALID = "invalid_budget";
    private final ControlGateway changing;
    private final Queries queries;
    private final Watch<BudgetStatus> watch;
    private final LongPoll<BudgetStatus> poll;

    BudgetRoutes(
            ControlGateway changing,
            Queries queries,
            Watch<BudgetStatus> watch,
            ClientAddresses clients) {
        this.changing = changing;
        this.queries = queries;
        this.watch = watch;
        this.poll = new LongPoll<>(watch, clients, this);
    }

    @Override
    public void addTo(RouteTable table) {
        table.read("/budgets", this::budgets)
                .read("/budgets/{id}", this::budget)
                .read("/budgets/{id}/periods", this::periods)
                .put("/budgets", this::put, Access.WRITE)
                .delete("/budgets/{id}", this::remove, Access.WRITE);
    }

    private void budgets(Context c) {
        Params p = new Params(c, "limit", "cursor");
        int limit = p.limit();
        String after = idOf(p.text("cursor"));
        List<BudgetStatus> read =
                queries.ask(handle -> new BudgetQueries(handle).page(after, limit + 1));
        Slice<BudgetStatus> page = Slice.of(read, limit);
        String next = page.more() ? Cursor.encoded(page.last().budgetId()) : null;
        Responses.json(c, new BudgetsView(page.rows().stream().map(this::view).toList(), next));
    }

    private static String idOf(@Nullable String cursor) {
        if (cursor == null) {
            return "";
        }
        try {
            return JsonFields.checkedId("budget_id", Cursor.decoded(cursor));
        } catch (IllegalArgumentException | InvalidControlException e) {
            throw Cursor.invalid();
        }
    }

    /** Responds with the status of a budget, for clients that start work. */
    private void budget(Context c) {
        poll.respond(c, c.pathParam("id"));
    }

    @Override
    public BudgetView view(BudgetStatus status) {
        return new BudgetView(status, watch.isExpired(status));
    }

    @Override
    public String cacheControl(BudgetStatus status, boolean waits) {
        return "no-cache";
    }

    @Override
    public Problem unknown(String id) {
        return Problem.notFound(
                "There is no budget '%s'; GET %s/budgets lists them."
                        .formatted(Params.shortened(id), RouteTable.API));
    }

    private void periods(Context c) {
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
        Responses.json(c, periods);
    }

    /** Creates or replaces a budget. */
    private void put(Context c) {
        new Params(c);
        JsonNode body = Bodies.json(c);
        List<Budget> made =
                changing.make(
                        INVALID,
                        kafka -> {
                            var budget = Versioned.decode(body, BudgetCodec::decode);
                            requireDimensions(budget.value());
                            return kafka.putBudgets(List.of(budget), Who.of(c, null));
                        });
        Responses.json(
                c, new BudgetDefinitionsView(made.stream().map(BudgetCodec::toJson).toList()));
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
                        ("match names '%s', which is not a dimension. Start the job with"
                                        + " --dimensions %s.")
                                .formatted(tag, dimensions.optionWith(List.of(tag))));
            }
        }
    }

    private void remove(Context c) {
        new Params(c);
        String id = c.pathParam("id");
        changing.remove(
                c, INVALID, kafka -> kafka.removeBudget(id, Who.of(c, null)), () -> unknown(id));
    }
}
