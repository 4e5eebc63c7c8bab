package io.agentanalytics.api.http;

import io.agentanalytics.api.clients.Senders;
import io.agentanalytics.api.insight.Levels;
import io.agentanalytics.api.query.AgentPages;
import io.agentanalytics.api.query.AgentQueries;
import io.agentanalytics.api.query.Answers.*;
import io.agentanalytics.api.query.Columns;
import io.agentanalytics.api.query.Dashboard;
import io.agentanalytics.api.query.Dimensions;
import io.agentanalytics.api.query.GroupQueries;
import io.agentanalytics.api.query.Grouping;
import io.agentanalytics.api.query.HealthQueries;
import io.agentanalytics.api.query.InsightQueries;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.OverviewQueries;
import io.agentanalytics.api.query.Page;
import io.agentanalytics.api.query.ProviderQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.QueryContext;
import io.agentanalytics.api.query.SpendQueries;
import io.agentanalytics.api.query.SpendQueries.Spent;
import io.agentanalytics.api.query.TaskDetails;
import io.agentanalytics.api.query.TaskQueries;
import io.agentanalytics.api.query.TaskQueries.TaskPage;
import io.agentanalytics.api.query.TaskSearch;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.api.query.WasteQueries;
import io.agentanalytics.api.query.WeightQueries;
import io.agentanalytics.api.view.Views.AgentView;
import io.agentanalytics.api.view.Views.GroupView;
import io.agentanalytics.api.view.Views.ProviderView;
import io.agentanalytics.api.view.WasteViews.WasteView;
import io.agentanalytics.contract.DimensionNames;
import io.agentanalytics.contract.InvalidControlException;
import io.agentanalytics.contract.Providers;
import io.agentanalytics.contract.Retention;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.weights.WeightScope;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** HTTP handlers: each parses and validates parameters, runs one query and writes JSON. */
final class Routes {
    /** Insights are expensive to compute and change slowly. */
    private static final Duration KEPT_INSIGHTS = Duration.ofMinutes(1);

    private final Queries queries;
    private final Senders senders;
    private final Dashboard dashboard;
    private final Responses responses;
    private final WarmUp warmUp;

    Routes(
            Queries queries,
            Senders senders,
            Dashboard dashboard,
            Responses responses,
            WarmUp warmUp) {
        this.queries = queries;
        this.senders = senders;
        this.dashboard = dashboard;
        this.responses = responses;
        this.warmUp = warmUp;
    }

    void overview(Context c) {
        TimeRange range = range(c);
        responses.answer(
                c,
                range,
                context -> new Overview(context.head(), new OverviewQueries(context).overview()));
    }

    void agents(Context c) {
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

    void agent(Context c) {
        TimeRange range = range(c, named("id", c));
        String id = name("id", c);
        responses.answer(
                c,
                range,
                context ->
                        found(
                                new AgentQueries(context).agent(id),
                                "Agent '%s' had no activity between %s and %s."
                                        .formatted(id, range.from(), range.to())));
    }

    void tasks(Context c) {
        ListParams p = ListParams.paged(c, "where", "outcome", "tag", "error", "agent_id");
        tasks(c, p, p.text("agent_id"));
    }

    void agentTasks(Context c) {
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

    void groups(Context c) {
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

    void spend(Context c) {
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

    void waste(Context c) {
        ListParams p = ListParams.paged(c, "filter", "where");
        TimeRange range = p.range(queries.now());
        Listing listing = p.listing(Columns.WASTE);
        responses.answer(
                c,
                range,
                context -> {
                    WasteQueries waste = new WasteQueries(context.handle());
                    Page<WasteView> page = waste.page(range, listing);
                    return waste.answer(context, page, p.paging(range, page));
                });
    }

    void providers(Context c) {
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

    void provider(Context c) {
        TimeRange range = range(c, named("name", c));
        String name = Providers.canonical(name("name", c));
        responses.answer(
                c,
                range,
                context ->
                        found(
                                new ProviderQueries(context).provider(name),
                                "Provider '%s' was not called between %s and %s."
                                        .formatted(name, range.from(), range.to())));
    }

    void task(Context c) {
        new Params(c, named("id", c));
        String id = name("id", c);
        responses.answer(
                c,
                () ->
                        found(
                                queries.ask(handle -> new TaskDetails(handle).task(id)),
                                "Task '%s' has not ended in the last %d days."
                                        .formatted(id, Retention.DAYS)));
    }

    void taskTree(Context c) {
        new Params(c, "id");
        String id = name("id", c);
        responses.answer(
                c,
                () ->
                        found(
                                queries.ask(handle -> new TaskDetails(handle).tree(id)),
                                ("Task '%s' is unknown: it has not ended, and no alert refers to"
                                                + " it.")
                                        .formatted(id)));
    }

    void dashboard(Context c) {
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

    static String scope(String text) {
        try {
            return WeightScope.checked(text);
        } catch (InvalidControlException e) {
            throw Problem.badRequest("bad_scope", String.valueOf(e.getMessage()));
        }
    }

    void weights(Context c) {
        TimeParams p = new TimeParams(c, "scope");
        TimeRange range = p.range(queries.now());
        String scope = scope(Objects.requireNonNullElse(p.text("scope"), WeightScope.GLOBAL));
        responses.answer(c, range, context -> new WeightQueries(context).weights(scope));
    }

    void insights(Context c) {
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
    void explainPrice(Context c) {
        TaskEvent call = new PriceParams(c).call(queries.now());
        responses.answer(c, () -> queries.prices().explain(call));
    }

    void health(Context c) {
        new Params(c);
        responses.answer(
                c,
                () -> {
                    Instant now = queries.now();
                    var others = senders.deadLetters(now);
                    return queries.ask(handle -> new HealthQueries(handle).health(now, others));
                });
    }

    void openApi(Context c) throws IOException {
        new Params(c);
        try (InputStream yaml = Routes.class.getResourceAsStream("/openapi.yaml")) {
            c.contentType("application/yaml").result(Objects.requireNonNull(yaml).readAllBytes());
        }
    }

    void live(Context c) {
        c.contentType("text/plain").result("live\n");
    }

    void ready(Context c) {
        queries.ping();
        warmUp.require();
        c.contentType("text/plain").result("ready\n");
    }

    /** Returns the parameter of a route that takes a name either in its path or as a parameter. */
    private static String[] named(String parameter, Context c) {
        return c.pathParamMap().containsKey(parameter) ? new String[0] : new String[] {parameter};
    }

    /**
     * Returns the name from the path, or from a parameter: a path cannot contain the names "." and
     * "..".
     */
    private static String name(String parameter, Context c) {
        String inPath = c.pathParamMap().get(parameter);
        String name = inPath != null ? inPath : c.queryParam(parameter);
        if (name == null || name.isEmpty()) {
            throw Problem.badRequest(
                    "missing_parameter",
                    "%s is missing; write %s=NAME.".formatted(parameter, parameter));
        }
        return name;
    }

    private static <T> T found(Optional<T> answer, String otherwise) {
        return answer.orElseThrow(() -> Problem.notFound(otherwise));
    }

    private TimeRange range(Context c, String... more) {
        return new TimeParams(c, more).range(queries.now());
    }
}
