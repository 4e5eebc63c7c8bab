package io.agentanalytics.api.http;

import io.agentanalytics.api.insight.Levels;
import io.agentanalytics.api.query.AgentPages;
import io.agentanalytics.api.query.AgentQueries;
import io.agentanalytics.api.query.Answers.*;
import io.agentanalytics.api.query.Columns;
import io.agentanalytics.api.query.Dashboard;
import io.agentanalytics.api.query.Dimensions;
import io.agentanalytics.api.query.GroupQueries;
import io.agentanalytics.api.query.Grouping;
import io.agentanalytics.api.query.InsightQueries;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.OverviewQueries;
import io.agentanalytics.api.query.Page;
import io.agentanalytics.api.query.ProviderQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.QueryContext;
import io.agentanalytics.api.query.SpendQueries;
import io.agentanalytics.api.query.SpendQueries.Spent;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.api.query.WasteQueries;
import io.agentanalytics.api.view.Views.AgentView;
import io.agentanalytics.api.view.Views.GroupView;
import io.agentanalytics.api.view.Views.ProviderView;
import io.agentanalytics.api.view.WasteViews.WasteView;
import io.agentanalytics.contract.DimensionNames;
import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.TaskEvent;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.function.Function;

/**
 * HTTP handlers for statistics and insights: each parses and validates parameters, runs one query
 * and writes JSON.
 */
final class StatisticsRoutes implements Routes {
    /** Insights are expensive to compute and change slowly. */
    private static final Duration KEPT_INSIGHTS = Duration.ofMinutes(1);

    private final Queries queries;
    private final Dashboard dashboard;
    private final Responses responses;

    StatisticsRoutes(Queries queries, Dashboard dashboard, Responses responses) {
        this.queries = queries;
        this.dashboard = dashboard;
        this.responses = responses;
    }

    @Override
    public void addTo(RouteTable table) {
        table.read("/overview", this::overview)
                .read("/dashboard-data", this::dashboard)
                .read("/agents", this::agents)
                .read("/agents/{id}", this::agent)
                .read("/agent", this::agent)
                .read("/groups", this::groups)
                .read("/spend", this::spend)
                .read("/waste", this::waste)
                .read("/providers", this::providers)
                .read("/providers/{name}", this::provider)
                .read("/provider", this::provider)
                .read("/insights", this::insights)
                .read("/price-book/explain", this::explainPrice);
    }

    private void overview(Context c) {
        TimeRange range = range(c);
        responses.answer(
                c,
                range,
                context -> new Overview(context.head(), new OverviewQueries(context).overview()));
    }

    private void agents(Context c) {
        ListParams p = ListParams.paged(c, "filter", "where", "tag");
        TimeRange range = p.range(queries.now());
        Listing listing = p.listing(Columns.AGENTS);
        responses.answer(
                c,
                range,
                context -> {
                    Page<AgentView> page = new AgentPages(context).page(listing);
                    return new Agents(context.head(), page.rows(), p.paging(range, page));
                });
    }

    private void agent(Context c) {
        TimeRange range = range(c, PathName.parameter(c, "id"));
        String id = PathName.of(c, "id");
        responses.answer(
                c,
                range,
                context ->
                        Problem.requireFound(
                                new AgentQueries(context).agent(id),
                                "Agent '%s' had no activity between %s and %s."
                                        .formatted(id, range.from(), range.to())));
    }

    private void groups(Context c) {
        ListParams p = ListParams.paged(c, "by", "filter", "where");
        TimeRange range = p.range(queries.now());
        Grouping grouping = p.grouping();
        Listing listing = p.listing(Columns.groups(grouping.by()));
        responses.answer(
                c,
                range,
                context -> {
                    Dimensions counted = Dimensions.read(context.handle());
                    requireCounted(grouping, counted);
                    GroupQueries groups = new GroupQueries(context, grouping, counted);
                    Page<GroupView> page = groups.page(listing);
                    return new Groups(
                            context.head(),
                            grouping.by(),
                            groups.countedSince(),
                            page.rows(),
                            p.paging(range, page));
                });
    }

    private void spend(Context c) {
        ListParams p = ListParams.paged(c, "by", "against", "filter", "where");
        TimeRange range = p.range(queries.now());
        TimeRange against = p.against(range, queries.now());
        Grouping grouping = p.grouping();
        Listing listing = p.listing(Columns.spend(grouping.by()));
        responses.answer(
                c,
                range,
                context -> {
                    Dimensions counted = Dimensions.read(context.handle());
                    requireCounted(grouping, counted);
                    Spent spent =
                            new SpendQueries(context, against, grouping, counted, listing)
                                    .page(listing);
                    return new SpendAnswer(
                            context.head(), spent.view(), p.paging(range, spent.page()));
                });
    }

    /** Refuses a grouping that the job does not count, with the option that makes it do so. */
    private static void requireCounted(Grouping grouping, Dimensions counted) {
        if (grouping.isCounted(counted)) {
            return;
        }
        throw Problem.badRequest(
                "unknown_dimension",
                "The job does not count by %s, but by %s; start it with --dimensions %s."
                        .formatted(
                                Params.shortened(DimensionNames.crossed(grouping.dimensions())),
                                counted.names().isEmpty()
                                        ? "no dimension"
                                        : String.join(", ", counted.names()),
                                Params.shortened(grouping.option(counted))));
    }

    private void waste(Context c) {
        ListParams p = ListParams.paged(c, "filter", "where");
        TimeRange range = p.range(queries.now());
        Listing listing = p.listing(Columns.WASTE);
        responses.answer(
                c,
                range,
                context -> {
                    WasteQueries waste = new WasteQueries(context.handle());
                    Page<WasteView> page = waste.page(context, listing);
                    return waste.answer(context, page, p.paging(range, page));
                });
    }

    private void providers(Context c) {
        ListParams p = ListParams.paged(c, "filter", "where");
        TimeRange range = p.range(queries.now());
        Listing listing = p.listing(Columns.PROVIDERS);
        responses.answer(
                c,
                range,
                context -> {
                    Page<ProviderView> page = new ProviderQueries(context).page(listing);
                    return new ProvidersAnswer(context.head(), page.rows(), p.paging(range, page));
                });
    }

    private void provider(Context c) {
        TimeRange range = range(c, PathName.parameter(c, "name"));
        String name = Providers.canonical(PathName.of(c, "name"));
        responses.answer(
                c,
                range,
                context ->
                        Problem.requireFound(
                                new ProviderQueries(context).provider(name),
                                "Provider '%s' was not called between %s and %s."
                                        .formatted(name, range.from(), range.to())));
    }

    private void dashboard(Context c) {
        ListParams p = ListParams.paged(c, "filter", "where", "tag");
        TimeRange range = p.range(queries.now());
        Listing listing = p.listing(Columns.AGENTS);
        responses.answer(
                c,
                range,
                context -> {
                    DashboardData d = dashboard.data(context, listing);
                    return d.withCursor(p.toCursor(range, d.nextCursor()));
                });
    }

    private void insights(Context c) {
        TimeParams p =
                new TimeParams(
                        c,
                        "error_rate",
                        "response_time_ms",
                        "task_cost_usd",
                        "provider_failure_rate");
        TimeRange range = p.range(queries.now());
        Levels usual = Levels.STANDARD;
        Levels levels =
                new Levels(
                        p.number("error_rate", usual.errorRate(), 0, 1),
                        p.number("response_time_ms", usual.responseMillis(), 0, 1e9),
                        p.number("task_cost_usd", usual.taskUsd(), 0, 1e6),
                        p.number("provider_failure_rate", usual.providerFailureRate(), 0, 1));
        Function<QueryContext, InsightsAnswer> question =
                context -> new InsightQueries(context).insights(levels, queries.prices());
        responses.answer(c, KEPT_INSIGHTS, () -> queries.ask(range, question));
    }

    /** Explains how the price book prices a call. Does not access the database. */
    private void explainPrice(Context c) {
        TaskEvent call = new PriceParams(c).call(queries.now());
        responses.answer(c, () -> queries.prices().explain(call));
    }

    private TimeRange range(Context c, String... more) {
        return new TimeParams(c, more).range(queries.now());
    }
}
