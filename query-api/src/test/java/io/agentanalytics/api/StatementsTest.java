package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.query.AlertQueries;
import io.agentanalytics.api.query.FilterBuilder;
import io.agentanalytics.api.query.GroupKind;
import io.agentanalytics.api.query.Grouping;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.PriceBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Statements of each question, as files that can be pasted into psql ({@code golden/statements};
 * {@code -Dgolden.update=true} writes them), and their plans: none may read a whole partition.
 */
class StatementsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/statements");

    /** Tables with one row per singleton, provider, rule or scope: reading them whole is right. */
    private static final Pattern LARGE =
            Pattern.compile(
                    "Seq Scan on ((?:agent_window|provider_window|system_window|"
                            + "task_execution_timeline|task_verdicts|fleet_gauge|"
                            + "provider_weights|alert_events)\\w*)");

    @TempDir static Path directory;
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
        return Stream.of(
                new Question("overview-6h", q -> q.overview(day)),
                new Question("overview-30d", q -> q.overview(month)),
                new Question("agents-by-cost-6h", q -> q.agents(day, by("cost_usd"))),
                new Question("agents-by-p95-6h", q -> q.agents(day, by("p95_ms"))),
                new Question("agents-by-cost-30d", q -> q.agents(month, by("cost_usd"))),
                new Question("agent-6h", q -> q.agent(day, "a")),
                new Question(
                        "groups-by-tag-6h",
                        q -> q.groups(day, new Grouping(GroupKind.TAG, "team"), by("cost_usd"))),
                new Question("providers-6h", q -> q.providers(day, by("requests"))),
                new Question("provider-6h", q -> q.provider(day, "openai")),
                new Question("tasks-of-agent-6h", q -> q.tasks("a", day, by("ended_at"))),
                new Question("task", q -> q.task("t1")),
                new Question("alerts-6h", q -> q.alerts(day, alerts(day))),
                new Question("weights-6h", q -> q.weights(day, "global")),
                new Question("health", Queries::health));
    }

    private static AlertQueries.Filter alerts(TimeRange range) {
        return FilterBuilder.builder()
                .from(range.from())
                .to(range.to())
                .equal(Map.of("severity", "critical"))
                .limit(100)
                .sort(AlertQueries.Sort.STARTS_AT)
                .descending(true)
                .build();
    }

    @ParameterizedTest
    @MethodSource("questions")
    void statementsAreThoseOfTheFile_andUseIndexes(Question question) throws Exception {
        List<String> statements = statements(question);
        assertThat(statements).isNotEmpty();
        Path golden = GOLDEN.resolve(question.name() + ".sql");
        String text = String.join(";\n\n", statements) + ";\n";
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, text);
        }
        assertThat(text).isEqualTo(Files.readString(golden));
        for (String statement : statements) {
            assertThat(scansOfPartitions(statement)).as(statement).isEmpty();
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

    /** Returns the partitions that are read whole although all indexes are preferred. */
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
                    Matcher scan = LARGE.matcher(plan.getString(1));
                    if (scan.find()) {
                        scans.add(scan.group(1));
                    }
                }
            }
        }
        return scans;
    }
}
