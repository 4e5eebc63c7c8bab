package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.clients.DeadLetterWatch.DeadLetterCounts;
import io.agentanalytics.api.compare.SampleQuery;
import io.agentanalytics.api.insight.Levels;
import io.agentanalytics.api.notify.OutboxStatements;
import io.agentanalytics.api.query.AgentPages;
import io.agentanalytics.api.query.AgentQueries;
import io.agentanalytics.api.query.AlertFilter;
import io.agentanalytics.api.query.AlertFilterBuilder;
import io.agentanalytics.api.query.AlertQueries;
import io.agentanalytics.api.query.AlertSort;
import io.agentanalytics.api.query.BudgetQueries;
import io.agentanalytics.api.query.Dashboard;
import io.agentanalytics.api.query.Dimensions;
import io.agentanalytics.api.query.FleetMetricQueries;
import io.agentanalytics.api.query.GroupQueries;
import io.agentanalytics.api.query.Grouping;
import io.agentanalytics.api.query.HealthQueries;
import io.agentanalytics.api.query.InsightQueries;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.Listing.Operator;
import io.agentanalytics.api.query.Listing.RowFilter;
import io.agentanalytics.api.query.Listing.TagFilter;
import io.agentanalytics.api.query.OverviewQueries;
import io.agentanalytics.api.query.ProviderQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.QueryContext;
import io.agentanalytics.api.query.RouterWeightQueries;
import io.agentanalytics.api.query.SavedViews;
import io.agentanalytics.api.query.SpendQueries;
import io.agentanalytics.api.query.StreamQueries;
import io.agentanalytics.api.query.TaskColumns;
import io.agentanalytics.api.query.TaskDetails;
import io.agentanalytics.api.query.TaskQueries;
import io.agentanalytics.api.query.TaskSearch;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.api.query.WasteQueries;
import io.agentanalytics.api.query.WeightQueries;
import io.agentanalytics.contract.DimensionNames;
import io.agentanalytics.contract.PriceBook;
import io.agentanalytics.contract.alerts.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements of each question, as files that can be pasted into psql ({@code golden/statements};
 * {@code -Dgolden.update=true} writes them), and their plans: none may read a whole partition.
 */
class StatementsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/statements");

    /** Tables that grow with time. The others have a row per provider, rule, scope or period. */
    private static final Pattern NEVER_SCANNED =
            Pattern.compile(
                    "Seq Scan on ((?:agent_window|dimension_window|provider_window|system_window|"
                            + "task_execution_timeline|task_verdicts|fleet_gauge|"
                            + "waste_findings|provider_weights|alerts|alert_events|"
                            + "notification)\\w*)");

    /** Questions that read all kept alerts: firing and the last change have no index. */
    private static final Set<String> OF_ALL_ALERTS = Set.of("alert-rules", "alertmanager-resolved");

    @TempDir static Path directory;
    private static final Grouping TYPES = new Grouping(List.of(DimensionNames.AGENT_TYPE));
    private static final Grouping AGENTS = new Grouping(List.of(Grouping.AGENT));
    private static ApiFixture fixture;

    /** A question by its name. */
    record Question(String name, Consumer<Queries> ask) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillFleet();
        fixture.fillWaste();
        fixture.fillHours();

        // Beginning of the data, so that every range has an earlier one.
        fixture.sql(
                """
                INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                    request_latency, task_duration)
                VALUES (3600, '2026-09-01T00:00:00Z', true, 0, 1, '', '')
                """);

        // A verdict that may correct a row, for long ranges alone.
        fixture.sql(
                """
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success)
                VALUES ('unknown', '2026-11-12T00:00:00Z', 'late', true)
                """);
        fixture.sql(
                """
                INSERT INTO store.notifications (notification_id, at, kind, severity, group_name,
                    title, lines, alert_ids)
                VALUES ('n-1', now(), 'page', 'critical', 'g', 't', '[]', '[]')
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static TimeRange last(Duration length) {
        return TimeRange.of(ApiFixture.NOW.minus(length), ApiFixture.NOW, 0, ApiFixture.NOW);
    }

    private static Listing by(String column) {
        return new Listing(column, true, List.of(), "", null, 100, null);
    }

    static Stream<Question> questions() {
        TimeRange day = last(Duration.ofHours(6));
        TimeRange month = last(Duration.ofDays(30));
        TimeRange week = last(Duration.ofDays(7));
        Grouping models = new Grouping(List.of("team", "model"));
        Grouping teams = new Grouping(List.of("team"));
        Grouping crossed = new Grouping(List.of("env", "team"));
        return Stream.of(
                of("overview-6h", day, context -> new OverviewQueries(context).overview()),
                of("overview-30d", month, context -> new OverviewQueries(context).overview()),
                of(
                        "agents-by-cost-6h",
                        day,
                        context -> new AgentPages(context).page(by("cost_usd"))),
                of("agents-by-p95-6h", day, context -> new AgentPages(context).page(by("p95_ms"))),
                of(
                        "agents-by-cost-30d",
                        month,
                        context -> new AgentPages(context).page(by("cost_usd"))),
                of("agent-6h", day, context -> new AgentQueries(context).agent("a")),
                of("groups-by-tag-6h", day, context -> groups(context, teams).page(by("cost_usd"))),
                of(
                        "groups-crossed-30d",
                        month,
                        context -> groups(context, crossed).page(by("p95_ms"))),
                of(
                        "groups-by-type-30d",
                        month,
                        context -> groups(context, TYPES).page(by("cost_usd"))),
                of("waste-30d", month, StatementsTest::waste),
                of(
                        "groups-by-agent-30d",
                        month,
                        context -> groups(context, AGENTS).page(by("cost_usd"))),
                of("spend-by-tag-6h", day, context -> spend(context, day, teams, by("cost_usd"))),
                of("spend-of-a-team-7d", week, context -> spend(context, week, models, ofTeam())),
                of(
                        "spend-by-agent-30d",
                        month,
                        context -> spend(context, month, AGENTS, by("cost_usd"))),
                of(
                        "providers-6h",
                        day,
                        context -> new ProviderQueries(context).page(by("requests"))),
                of("provider-6h", day, context -> new ProviderQueries(context).provider("openai")),
                of("tasks-of-agent-6h", day, tasks(day, "a", null, by("ended_at"))),
                of("tasks-newest-30d", month, tasks(month, null, null, by("ended_at"))),
                of(
                        "tasks-by-cost-30d",
                        month,
                        tasks(month, null, null, by("cost_usd", "duration_ms", ">=", "5"))),
                of(
                        "tasks-failed-30d",
                        month,
                        tasks(month, null, null, by("duration_ms", "outcome", "=", "failed"))),
                of("tasks-by-tag-and-error-6h", day, tasks(day, null, "time", byTag())),
                of(
                        "tasks-by-error-and-cost-30d",
                        month,
                        tasks(month, null, "time", by("cost_usd"))),
                of("dashboard-data", day, context -> new Dashboard().data(context, by("cost_usd"))),
                new Question(
                        "export-tasks", q -> q.stream(handle -> export(handle, by("ended_at")))),
                new Question("task", q -> q.ask(handle -> new TaskDetails(handle).task("sub"))),
                new Question(
                        "task-tree", q -> q.ask(handle -> new TaskDetails(handle).tree("running"))),
                of("alerts-6h", day, StatementsTest::alerts),
                new Question(
                        "alert-rules",
                        q -> q.ask(handle -> new AlertQueries(handle).results(ApiFixture.NOW))),
                new Question(
                        "alertmanager-firing",
                        q ->
                                q.ask(
                                        handle ->
                                                new AlertQueries(handle)
                                                        .firingForAlertmanager(
                                                                Severity.CRITICAL, "", 100))),
                new Question(
                        "alertmanager-resolved",
                        q ->
                                q.ask(
                                        handle ->
                                                new AlertQueries(handle)
                                                        .resolvedForAlertmanager(
                                                                Severity.WARNING,
                                                                ApiFixture.NOW,
                                                                101))),
                new Question("outbox", q -> q.ask(h -> OutboxStatements.run(h, "n-1"))),
                new Question("incident", q -> q.ask(StatementsTest::incident)),
                of("weights-6h", day, context -> new WeightQueries(context).weights("global")),
                of("insights-6h", day, StatementsTest::insights),
                of("insights-30d", month, StatementsTest::insights),
                new Question("compare", q -> q.ask(handle -> compare(handle, month))),
                new Question("stream-progress", q -> q.ask(h -> new StreamQueries(h).progress())),
                new Question(
                        "stream-windows",
                        q -> q.ask(h -> new StreamQueries(h).closed(null, q.now()))),
                new Question("metrics", q -> q.ask(handle -> metrics(handle, q.now()))),
                new Question(
                        "router-weights",
                        q ->
                                q.ask(
                                        handle ->
                                                new RouterWeightQueries(handle)
                                                        .newest(List.of("global")))),
                new Question(
                        "router-scopes",
                        q -> q.ask(handle -> new RouterWeightQueries(handle).scopes(q.now()))),
                new Question(
                        "budget",
                        q -> q.ask(handle -> new BudgetQueries(handle).newest(List.of("fleet")))),
                new Question(
                        "budgets", q -> q.ask(handle -> new BudgetQueries(handle).page("", 101))),
                new Question(
                        "budget-periods",
                        q -> q.ask(handle -> new BudgetQueries(handle).periods("fleet", 100))),
                new Question("saved-views", q -> q.ask(handle -> SavedViews.of(handle, "local"))),
                new Question(
                        "health",
                        q ->
                                q.ask(
                                        handle ->
                                                new HealthQueries(handle)
                                                        .health(
                                                                q.now(),
                                                                DeadLetterCounts.UNKNOWN))));
    }

    private static Question of(
            String name, TimeRange range, Function<QueryContext, Object> question) {
        return new Question(name, queries -> queries.ask(range, question));
    }

    private static Object waste(QueryContext context) {
        return new WasteQueries(context.handle()).page(context, by("cost_usd"));
    }

    private static GroupQueries groups(QueryContext context, Grouping grouping) {
        return new GroupQueries(context, grouping, Dimensions.read(context.handle()));
    }

    private static Object spend(
            QueryContext context, TimeRange range, Grouping by, Listing listing) {
        TimeRange before = range.earlier(range.length(), ApiFixture.NOW);
        Dimensions counted = Dimensions.read(context.handle());
        return new SpendQueries(context, before, by, counted, listing).page(listing);
    }

    private static void export(Handle handle, Listing listing) {
        TimeRange month = last(Duration.ofDays(30));
        TaskSearch all = new TaskSearch(month, null, null, listing.withoutLimit());
        new TaskQueries(handle).each(all, task -> {});
    }

    private static Listing ofTeam() {
        return by("cost_usd").with(new RowFilter("team", Operator.IS, "x"));
    }

    private static Listing by(String sort, String column, String operator, String value) {
        Comparable<?> operand = TaskColumns.kinds().get(column).parse(value);
        return by(sort).with(new RowFilter(column, Operator.of(operator), operand));
    }

    private static Listing byTag() {
        TagFilter tag = new TagFilter("team", "x");
        return new Listing("ended_at", true, List.of(), "", tag, 100, "20:2026-11-22T14:00:00Zm9");
    }

    private static Function<QueryContext, Object> tasks(
            TimeRange range, String agent, String error, Listing listing) {
        return context -> {
            new TaskQueries(context.handle()).page(new TaskSearch(range, agent, error, listing));
            return context.head();
        };
    }

    private static Object alerts(QueryContext context) {
        context.head();
        AlertFilter filter = alerts(last(Duration.ofHours(6)));
        new AlertQueries(context.handle()).alerts(filter);
        return new AlertQueries(context.handle()).count(filter);
    }

    private static Object incident(Handle handle) {
        return new AlertQueries(handle).incident("grafana", ApiFixture.NOW).orElseThrow();
    }

    private static Object insights(QueryContext context) {
        return new InsightQueries(context).insights(Levels.STANDARD, PriceBook.standard());
    }

    private static Object compare(Handle handle, TimeRange range) {
        return new SampleQuery(handle, range.from(), range.to(), "name")
                .sample(List.of("tag:team=x", "model:m"));
    }

    private static Object metrics(Handle handle, Instant now) {
        FleetMetricQueries metrics = new FleetMetricQueries(handle);
        metrics.openAlerts();
        return metrics.weights(now);
    }

    private static AlertFilter alerts(TimeRange range) {
        return AlertFilterBuilder.builder()
                .from(range.from())
                .to(range.to())
                .equal(Map.of("severity", "critical"))
                .limit(100)
                .sort(AlertSort.STARTS_AT)
                .descending(true)
                .build();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void statementsEqualThoseOfTheFile_andUseIndexes(Question question) throws Exception {
        List<String> statements = statements(question);
        assertThat(statements).isNotEmpty();
        Path golden = GOLDEN.resolve(question.name() + ".sql");
        String text = String.join(";\n\n", statements) + ";\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
        Set<String> scanned = OF_ALL_ALERTS.contains(question.name()) ? Set.of("alerts") : Set.of();
        for (String statement : statements) {
            assertThat(scansOfPartitions(statement)).as(statement).isSubsetOf(scanned);
        }
    }

    private static List<String> statements(Question question) {
        List<String> statements = new ArrayList<>();
        Jdbi jdbi = Jdbi.create(fixture.postgres.getDatabase("agent_analytics_api", "postgres"));
        jdbi.getConfig(SqlStatements.class)
                .setSqlLogger(
                        new SqlLogger() {
                            @Override
                            public void logBeforeExecution(StatementContext context) {
                                statements.add(
                                        context.getStatement()
                                                .toString()
                                                .replaceAll("[ \t]+\n", "\n")
                                                .strip());
                            }
                        });
        question.ask().accept(new Queries(jdbi, ApiFixture.CLOCK, PriceBook.standard()));
        return statements;
    }

    /** Returns the partitions that are read whole although indexes are preferred. */
    private static List<String> scansOfPartitions(String statement) throws Exception {
        List<String> scans = new ArrayList<>();
        if (statement.startsWith("SET")) {
            return scans;
        }
        try (Connection connection = fixture.postgres.getPostgresDatabase().getConnection();
                var explain = connection.createStatement()) {
            explain.execute("SET search_path = store, public");
            explain.execute("SET enable_seqscan = off");
            try (var plan = explain.executeQuery("EXPLAIN " + statement)) {
                while (plan.next()) {
                    Matcher scan = NEVER_SCANNED.matcher(plan.getString(1));
                    if (scan.find()) {
                        scans.add(scan.group(1));
                    }
                }
            }
        }
        return scans;
    }

    /** A generic plan does not know how many rows a range matches. */
    @Test
    void repeatedSearches_arePlannedForTheirParameters() {
        Listing failed = by("duration_ms", "outcome", "=", "failed");
        TaskSearch search = new TaskSearch(last(Duration.ofDays(30)), null, null, failed);
        try (var pool = ApiFixture.options(fixture.postgres, 0).database().pool();
                Handle handle = Jdbi.create(pool).open()) {
            for (int i = 0; i < 15; i++) {
                new TaskQueries(handle).page(search);
            }
            Map<String, Object> plans =
                    handle.createQuery(
                                    "SELECT sum(generic_plans)::int AS generic,"
                                            + " sum(custom_plans)::int AS custom"
                                            + " FROM pg_prepared_statements"
                                            + " WHERE strpos(statement, 'task_execution') > 0")
                            .mapToMap()
                            .one();
            assertThat(plans).containsEntry("generic", 0);
            assertThat((Integer) plans.get("custom")).isGreaterThan(5);
        }
    }
}
