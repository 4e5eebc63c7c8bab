package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fault;
import io.agentanalytics.simulator.FaultKind;
import io.agentanalytics.simulator.Fleet;
import io.agentanalytics.simulator.Oracle;
import io.agentanalytics.simulator.Recording;
import io.agentanalytics.simulator.StoredRows;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same events, in order and once, or shuffled, repeated and with the workers killed under them:
 * the tables hold the same, bit for bit, and what the oracle says. With {@code
 * -Drecording=FILE.ndjson.gz} any recording takes the place of the simulated fleet.
 */
class ExactnessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Long enough ago that all windows close and are dropped once event time reaches now. */
    private static final Instant LAST = Clock.systemUTC().instant().minus(Duration.ofHours(4));

    private static List<String> recording;
    private static Map<String, Oracle.Row> oracle;
    private static Map<String, String> expected;

    private static final List<String> DIMENSIONS = List.of("team", "user", "env", "team+user");

    @TempDir Path directory;

    @BeforeAll
    static void record() throws Exception {
        String file = System.getProperty("recording");
        recording = file == null ? simulated() : recorded(Path.of(file));
        expected = new TreeMap<>();
        oracle = new Oracle(recording, DIMENSIONS).rows;
        oracle.forEach((key, row) -> expected.put(key, row.toString()));
        assertThat(expected).hasSizeGreaterThan(1000);
        Files.deleteIfExists(timelineOf("plain"));
        Files.deleteIfExists(timelineOf("shuffled"));
    }

    private static List<String> simulated() {
        Instant start = LAST.minus(Duration.ofMinutes(50));
        List<Fault> faults =
                List.of(
                        new Fault(
                                FaultKind.PROVIDER_OUTAGE,
                                "openai",
                                start.plusSeconds(600),
                                start.plusSeconds(1200)),
                        new Fault(FaultKind.AGENT_FAILING, "research-01", start, LAST));
        Fleet fleet = new Fleet(11, 10, start, faults);
        List<String> lines = new ArrayList<>();
        for (TaskEvent e = fleet.next(); e.timeMillis() < LAST.toEpochMilli(); e = fleet.next()) {
            lines.add(new String(EventEncoder.encode(e), StandardCharsets.UTF_8));
        }
        lines.addAll(unusualEvents());
        lines.addAll(sharedAgent());
        return lines;
    }

    /**
     * Ten users of two teams, and tasks without a user, on one agent: tags only at the start, on
     * every event, or on a call that another user caused.
     */
    private static List<String> sharedAgent() {
        Random random = new Random(7);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            String task = "shared-" + i;
            Instant begin = LAST.minusSeconds(2700).plusSeconds(15L * i);
            Map<String, String> own = i % 7 == 6 ? Map.of() : tagsOf(i % 10);
            Map<String, String> later = i % 3 == 0 ? Map.of() : own;
            add(lines, sharedEvent(EventType.TASK_STARTED, task, "s", begin, own));
            for (int call = 0; call < 3; call++) {
                boolean other = call == 2 && i % 5 == 0;
                add(
                        lines,
                        sharedEvent(
                                        EventType.LLM_CALL,
                                        task,
                                        "c" + call,
                                        begin.plusSeconds(10L + 20L * call),
                                        other ? tagsOf((i + 3) % 10) : later)
                                .on("openai", call == 0 ? "gpt-5" : "gpt-5-mini")
                                .tokens(random.nextInt(9_000), 10, 0, random.nextInt(900), 0)
                                .durationMillis(500 + random.nextInt(9_000))
                                .costNanos(random.nextInt(5) == 0 ? -1 : random.nextInt(1 << 30)));
            }
            EventType end = i % 11 == 0 ? EventType.TASK_FAILED : EventType.TASK_COMPLETED;
            add(
                    lines,
                    sharedEvent(end, task, "x", begin.plusSeconds(80), later)
                            .durationMillis(80_000));
        }
        return lines;
    }

    private static Map<String, String> tagsOf(int user) {
        return Map.of("user", "user-" + user, "team", user < 5 ? "red" : "blue");
    }

    private static TaskEventBuilder sharedEvent(
            EventType type, String task, String id, Instant time, Map<String, String> tags) {
        return new TaskEventBuilder(type, task + "/" + id, time, task, "shared")
                .agentType("assistant")
                .tags(tags);
    }

    private static void add(List<String> lines, TaskEventBuilder event) {
        lines.add(new String(EventEncoder.encode(event.build()), StandardCharsets.UTF_8));
    }

    /** Behaviour of real senders that simulated ones do not show. */
    private static List<String> unusualEvents() {
        Instant t = LAST.minusSeconds(1500);
        List<String> lines = new ArrayList<>();
        lines.add(
                line(
                        "odd-1",
                        "x",
                        "task_completed",
                        t,
                        "\"duration_ms\":9000,\"provider\":\"anthropic\","
                                + "\"model\":\"claude-opus-5\",\"cost_usd\":0.07168750000000002"));
        lines.add(line("odd-2", "x2", "task_completed", t.plusSeconds(40), "\"duration_ms\":70"));
        lines.add(
                line(
                        "odd-2",
                        "x1",
                        "task_failed",
                        t.plusSeconds(30),
                        "\"duration_ms\":60,\"error_type\":\"never heard of\""));
        lines.add(
                line(
                        "odd-2",
                        "c",
                        "llm_call",
                        t.plusSeconds(50),
                        "\"provider\":\"openai\",\"model\":\"gpt-5\","
                                + "\"input_tokens\":11,\"output_tokens\":3,\"duration_ms\":12"));
        lines.add(
                line(
                        "odd-2",
                        "c",
                        "llm_call",
                        t.plusSeconds(49),
                        "\"provider\":\"openai\",\"model\":\"gpt-5\","
                                + "\"input_tokens\":10,\"output_tokens\":3,\"duration_ms\":12"));
        lines.add(
                line("odd-3", "x", "task_completed", t, "\"input_tokens\":5,\"output_tokens\":6"));
        lines.add(line("odd-3", "v1", "task_verdict", t.plusSeconds(60), "\"success\":true"));
        lines.add(line("odd-3", "v2", "task_verdict", t.plusSeconds(90), "\"success\":false"));
        lines.add(
                line(
                        "odd-4",
                        "c",
                        "llm_call",
                        t,
                        "\"provider\":\"azure.ai.openai\",\"model\":\"unheard-of\","
                                + "\"input_tokens\":5,\"output_tokens\":6"));
        lines.add(
                line(
                        "odd-5",
                        "c",
                        "llm_call",
                        t,
                        "\"provider\":\"openai\",\"model\":\"gpt-5\",\"error_type\":\"timeout\""));
        lines.add(line("odd-5", "x", "task_cancelled", t.plusSeconds(1), "\"duration_ms\":1"));
        return lines;
    }

    private static String line(String task, String id, String type, Instant time, String rest) {
        return ("{\"event_id\":\"%s\",\"type\":\"%s\",\"time\":\"%s\","
                        + "\"task_id\":\"%s\",\"agent_id\":\"odd\",%s}")
                .formatted(id, type, time, task, rest);
    }

    private static List<String> recorded(Path file) throws Exception {
        Recording source = new Recording(file);
        long shift = Duration.between(source.summary().last(), LAST).toMillis();
        List<String> lines = new ArrayList<>();
        source.read(shift, l -> lines.add(new String(l.value(), StandardCharsets.UTF_8)));
        return lines;
    }

    @Test
    void plain() throws Exception {
        try (LocalStack stack = stack(1)) {
            send(stack, recording);
            close(stack);
            awaitRows(stack);
            apiAgrees(stack);
            Files.write(timelineOf("plain"), timeline(new StoredRows(stack.databaseUrl())));
        }
        compareTimelines();
    }

    @Test
    void anyOrder_withRepeatsAndCrashes() throws Exception {
        List<String> events = shuffledWithRepeats(new Random(5));
        int half = events.size() / 2;
        try (LocalStack stack = stack(2)) {
            send(stack, events.subList(0, half));
            StoredRows tables = new StoredRows(stack.databaseUrl());
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    tables.number(
                                                    "SELECT coalesce(sum(requests), 0) FROM"
                                                            + " store.system_window WHERE granularity ="
                                                            + " 3600")
                                            > 0);
            stack.flink().checkpoint();
            send(stack, events.subList(half, events.size()));
            stack.flink().crashTaskManager();
            close(stack);
            awaitRows(stack);
            assertThat(tables.number("SELECT count(*) FROM store.dead_letter_counts")).isZero();
            tasksOfModelsAgree(tables);
            Files.write(timelineOf("shuffled"), timeline(tables));
        }
        compareTimelines();
    }

    /** The statistics of a model count the tasks that a search for the model finds. */
    private static void tasksOfModelsAgree(StoredRows tables) throws SQLException {
        assertThat(tables.number("SELECT count(DISTINCT model) FROM store.task_execution_timeline"))
                .isGreaterThan(3);
        tables.query(
                """
                WITH counted AS (
                    SELECT provider, model, sum(tasks) AS tasks FROM store.agent_window
                    WHERE granularity = 86400 GROUP BY provider, model HAVING sum(tasks) > 0),
                found AS (
                    SELECT coalesce(provider, '') AS provider, coalesce(model, '') AS model,
                        count(*) AS tasks
                    FROM store.task_execution_timeline WHERE NOT retracted AND outcome <> 'abandoned'
                    GROUP BY 1, 2)
                SELECT provider, model, c.tasks AS counted, f.tasks AS found
                FROM counted c FULL JOIN found f USING (provider, model)
                """,
                row ->
                        assertThat(row.getLong("counted"))
                                .as("%s %s", row.getString("provider"), row.getString("model"))
                                .isEqualTo(row.getLong("found")));
    }

    /** Returns the task timeline as text, without columns that may differ between runs. */
    private static List<String> timeline(StoredRows tables) throws SQLException {
        List<String> rows = new ArrayList<>();
        tables.query(
                "SELECT to_jsonb(t) - 'seen' - 'epoch' - 'updated_at' AS row FROM"
                        + " store.task_execution_timeline t WHERE NOT retracted ORDER BY task_id",
                row -> rows.add(row.getString(1)));
        return rows;
    }

    private LocalStack stack(int parallelism) throws Exception {
        return LocalStack.start(
                new LocalStack.StackPlan(
                        PreparedData.in(directory),
                        LocalStack.PortPlan.free(),
                        false,
                        parallelism,
                        List.of(
                                "--dimensions",
                                String.join(",", DIMENSIONS),
                                "--long-window-interval",
                                "5s")),
                Clock.systemUTC(),
                step -> {});
    }

    /** Each event one to three times, shuffled within ten minutes of event time. */
    private static List<String> shuffledWithRepeats(Random random) {
        record Placed(double place, String line) {}
        List<Placed> placed = new ArrayList<>();
        for (String line : recording) {
            for (int i = random.nextInt(3); i >= 0; i--) {
                placed.add(
                        new Placed(
                                time(line).toEpochMilli() + random.nextDouble() * 600_000, line));
            }
        }
        placed.sort(Comparator.comparingDouble(Placed::place));
        return placed.stream().map(Placed::line).toList();
    }

    private static Instant time(String line) {
        try {
            return OffsetDateTime.parse(JSON.readTree(line).path("time").asText()).toInstant();
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    private static void send(LocalStack stack, List<String> lines) throws Exception {
        try (EventPublisher publisher =
                new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()))) {
            for (String line : lines) {
                publisher.send(
                        JSON.readTree(line).path("task_id").asText(),
                        line.getBytes(StandardCharsets.UTF_8));
            }
            publisher.flush();
        }
    }

    /** Starts of calls are not counted, but advance event time in every partition. */
    private static void close(LocalStack stack) throws Exception {
        List<String> markers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            markers.add(
                    line(
                            "marker-" + i,
                            "m",
                            "llm_call_started",
                            Instant.now(),
                            "\"provider\":\"p\",\"model\":\"m\""));
        }
        send(stack, markers);
    }

    private static void awaitRows(LocalStack stack) throws Exception {
        StoredRows tables = new StoredRows(stack.databaseUrl());
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(
                        () ->
                                tables.number(
                                                        "SELECT count(*) FROM store.progress WHERE"
                                                                + " event_time > now() - interval '5"
                                                                + " minutes'")
                                                == 1
                                        && tables.windows().equals(expected));
        assertThat(
                        tables.number(
                                "SELECT count(*) FROM agent_statistics WHERE NOT closed AND"
                                        + " requests + tasks > 0 AND window_start + granularity *"
                                        + " interval '1 second' < now() - interval '5 minutes'"))
                .isZero();
        assertThat(tables.number(UNLIKE_THE_FLEET)).isZero();
        assertThat(tables.number(DIMENSION_MINUTES)).isPositive();
    }

    private static final String DIMENSION_MINUTES =
            "SELECT count(DISTINCT (dimension, window_start)) FROM dimension_statistics"
                    + " WHERE granularity = 60 AND requests + tasks > 0";

    /**
     * Minutes in which the values of a dimension do not add up to the fleet, to the nano-dollar.
     */
    private static final String UNLIKE_THE_FLEET =
            """
            SELECT count(*) FROM (
                SELECT dimension, window_start, sum(requests) AS requests, sum(tasks) AS tasks,
                    sum(tasks_succeeded) AS succeeded,
                    sum(request_cost_reported + request_cost_priced) AS cost,
                    sum(task_cost_reported + task_cost_priced) AS task_cost,
                    sum(request_input_tokens + request_output_tokens) AS tokens
                FROM public.dimension_statistics WHERE granularity = 60
                GROUP BY dimension, window_start) d
            FULL JOIN (SELECT * FROM store.system_window CROSS JOIN unnest(
                ARRAY['agent_type', 'team', 'user', 'env', 'team+user']) AS dimension
                WHERE granularity = 60) s USING (dimension, window_start)
            WHERE (d.requests, d.tasks, d.succeeded, d.cost, d.task_cost, d.tokens)
                IS DISTINCT FROM (s.requests, s.tasks, s.tasks_succeeded,
                    s.request_cost_reported + s.request_cost_priced,
                    s.task_cost_reported + s.task_cost_priced,
                    s.request_input_tokens + s.request_output_tokens)
            """;

    private static void groupsAgree(LocalStack stack, String from, BigDecimal cost)
            throws Exception {
        for (String by :
                List.of("user", "team", "agent_type", "provider", "team,user", "user,model")) {
            BigDecimal sum = BigDecimal.ZERO;
            for (JsonNode group :
                    answer(stack, "groups?limit=1000&by=" + by + "&from=" + from).path("groups")) {
                sum = sum.add(group.path("cost_usd").decimalValue());
            }
            assertThat(sum).as(by).isEqualByComparingTo(cost);
        }
        JsonNode ofUsers = answer(stack, "groups?by=user&sort=user&from=" + from).path("groups");
        assertThat(ofUsers).hasSizeGreaterThan(10);
        for (JsonNode group : ofUsers) {
            String user = group.path("group").path("user").asText("");
            assertThat(group.path("cost_usd").decimalValue())
                    .as(user)
                    .isEqualByComparingTo(costOf(user));
        }
    }

    /** Cost of a user according to the oracle; null stands for no user. */
    private static BigDecimal costOf(String user) {
        BigDecimal cost = BigDecimal.ZERO;
        String key = " user|" + (user.equals("null") ? "" : user) + "||";
        for (var row : oracle.entrySet()) {
            if (row.getKey().startsWith("dimension_window 60 ") && row.getKey().contains(key)) {
                Map<String, BigDecimal> figures = row.getValue().figures;
                cost =
                        cost.add(figures.getOrDefault("request_cost_reported", BigDecimal.ZERO))
                                .add(figures.getOrDefault("request_cost_priced", BigDecimal.ZERO));
            }
        }
        return cost;
    }

    private static JsonNode answer(LocalStack stack, String question) throws Exception {
        return JSON.reader()
                .with(
                        com.fasterxml.jackson.databind.DeserializationFeature
                                .USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(
                        URI.create(stack.address() + "/api/analytics/" + question)
                                .toURL()
                                .openStream());
    }

    private static void apiAgrees(LocalStack stack) throws Exception {
        Map<String, BigDecimal> sums = new HashMap<>();
        for (var row : oracle.entrySet()) {
            if (row.getKey().startsWith("system_window 10 ")) {
                row.getValue().figures.forEach((k, v) -> sums.merge(k, v, BigDecimal::add));
            }
        }
        BigDecimal cost =
                sums.get("request_cost_reported")
                        .add(sums.getOrDefault("request_cost_priced", BigDecimal.ZERO));
        for (String from : List.of("now-12h", "now-719m", "now-3d")) {
            groupsAgree(stack, from, cost);
            JsonNode overview = answer(stack, "overview?from=" + from);
            assertThat(overview.path("cost_usd").decimalValue()).isEqualByComparingTo(cost);
            assertThat(overview.path("tasks").decimalValue())
                    .isEqualByComparingTo(sums.get("tasks"));
            assertThat(overview.path("tokens").path("input").decimalValue())
                    .isEqualByComparingTo(sums.get("request_input_tokens"));
            JsonNode agents = answer(stack, "agents?limit=1000&from=" + from);
            long tasks = 0;
            for (JsonNode agent : agents.path("agents")) {
                tasks += agent.path("tasks").asLong();
            }
            assertThat(BigDecimal.valueOf(tasks)).isEqualByComparingTo(sums.get("tasks"));
        }
    }

    private static Path timelineOf(String run) {
        return Path.of("target", "timeline-" + run + ".txt");
    }

    /** Whichever run comes second compares. */
    private static void compareTimelines() throws Exception {
        if (Files.exists(timelineOf("plain")) && Files.exists(timelineOf("shuffled"))) {
            assertThat(Files.readAllLines(timelineOf("shuffled")))
                    .isEqualTo(Files.readAllLines(timelineOf("plain")));
        }
    }
}
