package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.contract.Topics;
import io.agentanalytics.job.options.JobOptions;
import io.agentanalytics.local.command.UserError;
import io.agentanalytics.local.embedded.EmbeddedFlink;
import io.agentanalytics.local.embedded.EmbeddedKafka;
import io.agentanalytics.local.embedded.LocalPostgres;
import io.agentanalytics.local.embedded.Passwords;
import io.agentanalytics.local.embedded.Ports;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.StoredRows;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Two jobs read the same events: one with wrong prices, one with the right ones from the start.
 * After the range is reprocessed with the right prices, the tables of the first hold what those of
 * the second hold.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReprocessTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Instant NOW = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);

    /** The oldest day of which all rows are kept. */
    private static final Instant DAY = NOW.truncatedTo(ChronoUnit.DAYS).minus(Duration.ofDays(2));

    private static final Instant NEXT_DAY = DAY.plus(Duration.ofDays(1));

    /** Events of one burst lie within an hour, as partitions arrive at different moments. */
    private static final Instant EVENING = NEXT_DAY.minus(Duration.ofMinutes(20));

    private static final String WRONG =
            """
            prices:
              - {model: gpt-5, usd_per_million: {input: 12.5, output: 100}, source: a mistake}
              - {model: claude-opus-5, usd_per_million: {input: 5, output: 25}, source: list}
            """;
    private static final String RIGHT =
            """
            prices:
              - {model: gpt-5, usd_per_million: {input: 1.25, cached_input: 0.125, output: 10}, source: list}
              - {model: claude-opus-5, usd_per_million: {input: 5, output: 25}, source: list}
              - {model: our-model, usd_per_million: {input: 2, output: 4}, source: contract}
            """;

    private static final String ALERTS =
            "SELECT (SELECT count(*) FROM store.alert_events) + (SELECT count(*) FROM"
                    + " store.notifications)";

    @TempDir static Path directory;
    private static EmbeddedKafka kafka;
    private static Site wrong;
    private static Site right;

    /** A database, and the job that writes to it. */
    private record Site(
            LocalPostgres postgres, EmbeddedFlink flink, StoredRows tables, Path password)
            implements AutoCloseable {
        static Site start(String name, String prices) throws Exception {
            Path home = Files.createDirectories(directory.resolve(name));
            LocalPostgres postgres =
                    LocalPostgres.start(
                            PreparedData.in(home).resolve("postgres"),
                            Ports.free(),
                            false,
                            Clock.systemUTC());
            String password = postgres.passwords().of("agent_analytics_job");
            List<String> options =
                    List.of(
                            "--bootstrap-servers", kafka.bootstrap(),
                            "--group-id", name,
                            "--database-url", postgres.jdbcUrl(),
                            "--dimensions", "team,team+env",
                            "--price-book", book(name, prices));
            EmbeddedFlink flink =
                    EmbeddedFlink.start(
                            JobOptions.parse(
                                    options.toArray(String[]::new),
                                    Map.of("AGENT_ANALYTICS_DATABASE_PASSWORD", password)),
                            home.resolve("checkpoints"),
                            Ports.free(),
                            2,
                            line -> {});
            return new Site(
                    postgres,
                    flink,
                    new StoredRows(
                            postgres.passwords().login(postgres.jdbcUrl(), Passwords.SUPERUSER)),
                    Files.writeString(home.resolve("password"), password));
        }

        @Override
        public void close() throws Exception {
            flink.close();
            postgres.close();
        }
    }

    private static String book(String name, String prices) throws Exception {
        return Files.writeString(directory.resolve(name + ".yaml"), prices).toString();
    }

    @BeforeAll
    static void runBothJobs() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"), Ports.free());
        wrong = Site.start("wrong", WRONG);
        right = Site.start("right", RIGHT);
        send(morning());
        await(() -> counted(1));
        send(markers(DAY.plus(Duration.ofHours(6))));
        await(() -> reached(DAY.plus(Duration.ofHours(5))));
        send(evening());
        // A partition that was idle does not hold back the watermark, so the markers of another one
        // would make its events too late if they were read first.
        await(() -> counted(1 + 245));
        send(markers(NEXT_DAY.plus(Duration.ofHours(6))));
        await(() -> reached(NEXT_DAY.plus(Duration.ofHours(5))));
        // Too late for both jobs; if all events were read again at once, it would be in time.
        send(List.of(call("too-late", "c", EVENING.plusSeconds(40), "openai", "gpt-5", 900)));
        send(recent());
        await(() -> counted(1 + 245 + 10));
        send(markers(NOW));
        await(() -> reached(NOW.minusSeconds(60)));
        await(() -> closed(wrong) && closed(right));
        assertThat(rows(wrong, DAY, NEXT_DAY)).isNotEqualTo(rows(right, DAY, NEXT_DAY));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : List.of(wrong, right, kafka)) {
            part.close();
        }
    }

    @Test
    @Order(1)
    void dryRun_printsTheDifference_andWritesNothing() throws Exception {
        List<String> before = raw(wrong);
        String printed =
                reprocess(
                        0,
                        "--from",
                        DAY.toString(),
                        "--to",
                        DAY.plusSeconds(1).toString(),
                        "--dry-run");

        for (String model : List.of("openai gpt-5", "ours our-model")) {
            BigDecimal was = cost(wrong, model);
            BigDecimal is = cost(right, model);
            assertThat(printed.replaceAll(" +", " "))
                    .contains(
                            "%s %d %s %s %s"
                                    .formatted(
                                            model,
                                            requests(model),
                                            plain(was),
                                            plain(is),
                                            plain(is.subtract(was))));
        }
        assertThat(printed)
                .contains("1 before, 0 after", "Dry run: nothing was written.")
                .doesNotContain("claude-opus-5");
        for (String table :
                List.of(
                        "agent_window",
                        "provider_window",
                        "system_window",
                        "task_execution_timeline")) {
            assertThat(printed.replaceAll(" +", " "))
                    .contains(table + " " + different(table) + " of ");
        }
        assertThat(raw(wrong)).isEqualTo(before);
    }

    @Test
    @Order(2)
    void afterwards_everyRowOfTheDay_hasTheRightPrices() throws Exception {
        Map<String, String> nextDay = rows(wrong, NEXT_DAY, NEXT_DAY.plusSeconds(86_400));
        long alerts = wrong.tables().number(ALERTS);
        String printed = reprocess(0, "--from", DAY.toString(), "--to", NEXT_DAY.toString());

        assertThat(printed).contains("Written with epoch 1.");
        assertThat(rows(wrong, DAY, NEXT_DAY)).isEqualTo(rows(right, DAY, NEXT_DAY));
        assertThat(rows(wrong, NEXT_DAY, NEXT_DAY.plusSeconds(86_400))).isEqualTo(nextDay);
        assertThat(wrong.tables().number(ALERTS)).isEqualTo(alerts);
        assertThat(reprocess(0, "--from", DAY.toString(), "--to", NEXT_DAY.toString()))
                .contains("Nothing to write.");
    }

    @Test
    @Order(3)
    void rowsThatTheJobMayStillChange_areNotRewritten() throws Exception {
        String open =
                "SELECT sum(requests) FROM store.system_window"
                        + " WHERE granularity = 60"
                        + " AND window_start > now() - interval '1 hour'";
        long requests = wrong.tables().number(open);
        String printed = reprocess(0, "--from", DAY.toString(), "--to", NOW.toString());

        assertThat(printed).contains("were left alone", "Run again with --from ");
        assertThat(
                        wrong.tables()
                                .number(
                                        "SELECT count(*) FROM store.system_window WHERE epoch > 0"
                                                + " AND window_start > now() - interval '2 hours'"))
                .isZero();
        send(List.of(call("late", "c", NOW.minusSeconds(600), "openai", "gpt-5", 10)));
        await(() -> wrong.tables().number(open) == requests + 1);
    }

    @Test
    @Order(4)
    void fewerEventsThanCounted_areRefused() throws Exception {
        assertThat(
                        reprocess(
                                1,
                                "--from",
                                DAY.toString(),
                                "--to",
                                NEXT_DAY.toString(),
                                "--retention",
                                "1d"))
                .contains("The tables hold", "Nothing was written.");
        assertThat(
                        reprocess(
                                1,
                                "--from",
                                NOW.plusSeconds(86_400).toString(),
                                "--to",
                                NOW.plusSeconds(86_409).toString()))
                .contains("may still change every row");
        assertThat(reprocess(1, "--from", "yesterday", "--to", NOW.toString()))
                .contains("--from is 'yesterday'; write");
    }

    @Test
    @Order(5)
    void aRangeThatKafkaNoLongerHolds_isRefused() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            admin.deleteRecords(
                            Map.of(
                                    new TopicPartition(Topics.TASK_EVENTS, 0),
                                    RecordsToDelete.beforeOffset(1)))
                    .all()
                    .get();
        }
        assertThat(reprocess(1, "--from", DAY.toString(), "--to", NEXT_DAY.toString()))
                .containsPattern(
                        "Kafka contains all events of task-events only since \\S+Z, but rows from "
                                + DAY)
                .contains("Write a later --from.");
    }

    private static String reprocess(int code, String... range) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("reprocess"));
        arguments.addAll(List.of(range));
        arguments.addAll(
                List.of(
                        "--bootstrap-servers", kafka.bootstrap(),
                        "--database-url", wrong.postgres().jdbcUrl(),
                        "--database-password-file", wrong.password().toString(),
                        "--price-book", book("right", RIGHT)));
        StringWriter out = new StringWriter();
        CommandLine line = AgentAnalytics.line();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        line.setExecutionExceptionHandler(
                (e, command, result) -> {
                    out.write(UserError.sentence(e));
                    return 1;
                });
        int exit = line.execute(arguments.toArray(String[]::new));
        assertThat(exit).as(out.toString()).isEqualTo(code);
        return out.toString();
    }

    /** A task that began on the day before. */
    private static List<String> morning() {
        return List.of(
                call("earlier", "c1", DAY.minusSeconds(1200), "openai", "gpt-5", 700),
                event(
                        "earlier",
                        "e",
                        "task_completed",
                        DAY.plusSeconds(5),
                        "\"duration_ms\":1205000"));
    }

    /** Tasks around midnight. */
    private static List<String> evening() {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            Instant at = EVENING.plusSeconds(20L * i);
            String task = "task-" + i;
            events.add(event(task, "s", "task_started", at, ""));
            events.add(call(task, "c1", at.plusSeconds(5), "openai", "gpt-5", 1000 + i));
            events.add(call(task, "c2", at.plusSeconds(9), "anthropic", "claude-opus-5", 70));
            events.add(
                    event(task, "t", "tool_call", at.plusSeconds(10), "\"tool_name\":\"search\""));
            events.add(
                    event(
                            task,
                            "e",
                            "task_completed",
                            at.plusSeconds(30),
                            "\"duration_ms\":30000"));
        }
        // Across midnight: calls count on their own day, the task on the day of its ending.
        events.add(call("long", "c1", NEXT_DAY.minusSeconds(20), "openai", "gpt-5", 500));
        events.add(
                event(
                        "long",
                        "e",
                        "task_completed",
                        NEXT_DAY.plusSeconds(20),
                        "\"duration_ms\":40000"));
        // A request that only the right book can price, a bill, and a task without calls.
        events.add(call("unknown", "c1", EVENING.plusSeconds(50), "ours", "our-model", 800));
        events.add(
                event(
                        "unknown",
                        "e",
                        "task_failed",
                        EVENING.plusSeconds(55),
                        "\"error_type\":\"timeout\""));
        events.add(
                event(
                        "billed",
                        "c1",
                        "llm_call",
                        EVENING.plusSeconds(60),
                        "\"provider\":\"openai\",\"model\":\"gpt-5\",\"input_tokens\":5,\"output_tokens\":5,\"cost_usd\":0.25"));
        events.add(
                event(
                        "alone",
                        "e",
                        "task_completed",
                        EVENING.plusSeconds(70),
                        "\"provider\":\"openai\",\"model\":\"gpt-5\",\"input_tokens\":40,\"output_tokens\":4,\"duration_ms\":3"));
        events.add(
                event(
                        "task-3",
                        "v",
                        "task_verdict",
                        EVENING.plusSeconds(900),
                        "\"success\":false"));
        // Out of order and twice.
        String late = call("task-20", "c3", EVENING.plusSeconds(600), "openai", "gpt-5", 33);
        events.addAll(List.of(late, late));
        return events;
    }

    private static List<String> recent() {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            events.add(call("recent-" + i, "c", NOW.minusSeconds(900 - i), "openai", "gpt-5", 10));
        }
        return events;
    }

    /** Starts of calls are not counted, but advance event time in every partition. */
    private static List<String> markers(Instant at) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            events.add(
                    event(
                            "marker-" + at + i,
                            "m",
                            "llm_call_started",
                            at,
                            "\"provider\":\"p\",\"model\":\"m\""));
        }
        return events;
    }

    private static String call(
            String task, String id, Instant at, String provider, String model, int input) {
        return event(
                task,
                id,
                "llm_call",
                at,
                "\"provider\":\"%s\",\"model\":\"%s\",\"input_tokens\":%d,\"cached_input_tokens\":%d,\"output_tokens\":20,\"duration_ms\":700"
                        .formatted(provider, model, input, input / 2));
    }

    private static String event(String task, String id, String type, Instant at, String more) {
        return "{\"type\":\"%s\",\"event_id\":\"%s\",\"time\":\"%s\",\"task_id\":\"%s\",\"agent_id\":\"agent-%d\",\"agent_type\":\"worker\"%s}"
                .formatted(
                        type,
                        id,
                        at,
                        task,
                        Math.floorMod(task.hashCode(), 5),
                        more.isEmpty() ? "" : "," + more);
    }

    private static void send(List<String> events) throws Exception {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            for (String event : events) {
                String task = event.replaceAll(".*\"task_id\":\"([^\"]*)\".*", "$1");
                publisher.send(task, event.getBytes(StandardCharsets.UTF_8));
            }
            publisher.flush();
        }
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(condition);
    }

    private static boolean reached(Instant time) throws Exception {
        String sql = "SELECT count(*) FROM store.progress WHERE event_time >= '%s'".formatted(time);
        return wrong.tables().number(sql) == 1 && right.tables().number(sql) == 1;
    }

    private static boolean counted(int requests) throws Exception {
        String sql =
                "SELECT coalesce(sum(requests), 0) FROM store.system_window WHERE granularity = 10";
        return wrong.tables().number(sql) == requests && right.tables().number(sql) == requests;
    }

    private static boolean closed(Site site) throws Exception {
        return site.tables()
                        .number(
                                "SELECT count(*) FROM store.agent_window WHERE NOT closed"
                                        + " AND window_start + granularity * interval '1 second'"
                                        + " < now() - interval '5 minutes'")
                == 0;
    }

    /** All rows of a time range, without what may differ between two runs. */
    private static Map<String, String> rows(Site site, Instant from, Instant to) throws Exception {
        Map<String, String> rows = new TreeMap<>(site.tables().windows());
        rows.keySet().removeIf(key -> !within(key.split(" ", -1)[2], from, to));
        for (String sql :
                List.of(
                        "SELECT 'task ' || task_id, (to_jsonb(t) - 'seen' - 'epoch' - 'updated_at')::text"
                                + " FROM store.task_execution_timeline t WHERE NOT retracted"
                                + " AND ended_at >= '%s' AND ended_at < '%s'",
                        "SELECT 'verdict ' || task_id, (to_jsonb(t) - 'updated_at')::text"
                                + " FROM store.task_verdicts t WHERE verdict_at >= '%s'"
                                + " AND verdict_at < '%s'")) {
            site.tables()
                    .query(
                            sql.formatted(from, to),
                            row -> rows.put(row.getString(1), row.getString(2)));
        }
        return rows;
    }

    private static boolean within(String time, Instant from, Instant to) {
        Instant at = Instant.parse(time);
        return !at.isBefore(from) && at.isBefore(to);
    }

    /** The past rows of the tables that a recomputation may write. */
    private static List<String> raw(Site site) throws Exception {
        List<String> rows = new ArrayList<>();
        for (String table :
                List.of(
                        "agent_window",
                        "provider_window",
                        "system_window",
                        "task_execution_timeline")) {
            site.tables()
                    .query(
                            "SELECT t::text FROM store.%s t WHERE %s < '%s' ORDER BY 1"
                                    .formatted(
                                            table,
                                            table.startsWith("task") ? "ended_at" : "window_start",
                                            NEXT_DAY.plusSeconds(7200)),
                            row -> rows.add(row.getString(1)));
        }
        return rows;
    }

    private static BigDecimal cost(Site site, String model) throws Exception {
        BigDecimal[] sum = new BigDecimal[1];
        site.tables()
                .query(
                        ("SELECT sum(request_cost_reported + request_cost_priced)"
                                        + " FROM store.provider_window WHERE granularity = 10"
                                        + " AND provider || ' ' || model = '%s'"
                                        + " AND window_start >= '%s' AND window_start < '%s'")
                                .formatted(model, DAY, NEXT_DAY),
                        row -> sum[0] = row.getBigDecimal(1));
        return sum[0];
    }

    private static long requests(String model) throws Exception {
        return right.tables()
                .number(
                        ("SELECT sum(requests) FROM store.provider_window"
                                        + " WHERE granularity = 10 AND provider || ' ' || model = '%s'"
                                        + " AND window_start >= '%s' AND window_start < '%s'")
                                .formatted(model, DAY, NEXT_DAY));
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** Number of rows of the day that differ between the two sites. */
    private static long different(String table) throws Exception {
        Map<String, String> expected = rows(right, DAY, NEXT_DAY);
        Map<String, String> actual = rows(wrong, DAY, NEXT_DAY);
        String prefix = table.equals("task_execution_timeline") ? "task " : table + " ";
        return expected.keySet().stream()
                .filter(key -> key.startsWith(prefix))
                .filter(key -> !expected.get(key).equals(actual.get(key)))
                .count();
    }
}
