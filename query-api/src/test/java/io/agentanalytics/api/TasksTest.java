package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.contract.TimelineCall;
import io.agentanalytics.contract.TimelineCallBuilder;
import io.agentanalytics.contract.TimelineCalls;
import io.agentanalytics.contract.TokenUsage;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks of all agents: search, and one task with its calls, tree, alerts and explanation. */
class TasksTest {
    private static final String API = "/api/analytics/";
    private static final Instant START = Instant.parse("2026-11-22T14:00:00Z");

    /** A model's call by UUID with everything, a failed one, its repetition, and a tool. */
    private static final List<TimelineCall> CALLS =
            List.of(
                    model("11111111-2222-3333-4444-555555555555", 0)
                            .timeToFirstTokenMillis(300)
                            .tokens(new TokenUsage(1000, 800, 50, 20, 5))
                            .costNanos(1_500_000_001)
                            .build(),
                    model("call/1", 2000)
                            .errorType("rate_limit")
                            .errorMessage("slow down, ü")
                            .costNanos(0)
                            .build(),
                    model("call/2", 4000)
                            .attempt(2)
                            .tokens(new TokenUsage(9000, -1, -1, 10, -1))
                            .costNanos(7)
                            .isPriced(true)
                            .build(),
                    TimelineCall.of("tool/1")
                            .isTool(true)
                            .startMillis(START.toEpochMilli() + 5000)
                            .toolName("bash")
                            .build());

    @TempDir static Path directory;
    private static ApiFixture fixture;

    private static TimelineCallBuilder model(String id, long after) {
        return TimelineCall.of(id)
                .startMillis(START.toEpochMilli() + after)
                .durationMillis(1000)
                .provider("openai")
                .model("gpt-5");
    }

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        for (int n = 0; n < 60; n++) {
            String tags = n % 3 == 0 ? "{\"team\": \"search\"}" : "{\"team\": \"o'neil %_\"}";
            String model = n % 2 == 0 ? "gpt-5" : "gpt-5-mini";
            insert("u" + n, "coder", null, n % 10 == 0 ? "failed" : "succeeded", n, tags, model);
        }
        fixture.sql(
                """
                UPDATE store.task_execution_timeline SET error_type = 'timeout',
                    error_message = 'The server at 10 % did not answer' WHERE outcome = 'failed';
                UPDATE store.task_execution_timeline SET cost_reported = 0, requests_unpriced = 1,
                    duration_ms = NULL WHERE task_id = 'u59';
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success, counted)
                VALUES ('u1', '2026-11-22T16:30:00Z', 'v', false, false),
                    ('u10', '2026-11-22T16:30:00Z', 'v', true, false),
                    ('u2', '2026-11-22T14:10:00Z', 'v', true, true);
                """);
        insert("root", "coder", null, "succeeded", 2000, "{\"app:env\": \"a:b\"}", "gpt-5");
        insert("child", "coder", "root", "succeeded", 100, "{}", "gpt-5");
        insert("grandchild", "coder", "child", "failed", 30, "{}", "gpt-5");
        insert("unpriced child", "coder", "root", "succeeded", 0, "{}", "gpt-5");
        fixture.sql(
                """
                UPDATE store.task_execution_timeline SET requests_unpriced = 2
                WHERE task_id = 'unpriced child';
                UPDATE store.task_execution_timeline SET cached_input_tokens = NULL,
                    reasoning_tokens = NULL WHERE task_id = 'grandchild';
                UPDATE store.task_execution_timeline SET calls = 3, calls_failed = 1, tool_calls = 1,
                    input_tokens = 10000, cached_input_tokens = 800, cache_write_tokens = 50,
                    output_tokens = 30, reasoning_tokens = 5, call_list = '\\x%s'
                WHERE task_id = 'root';
                INSERT INTO store.alerts (alert_id, fingerprint, rule_id, rule_version, type, severity,
                    state, change, scope, subject, title, description, starts_at, changed_at, basis,
                    shadow, flapping, evidence, epoch, revision)
                VALUES ('alert', 'f', 'cost_spike', 1, 'cost_spike', 'warning', 'firing', 'fires',
                    'agent', 'a', 'a is costly', 'd', '2026-11-22T14:00:00Z',
                    '2026-11-22T14:00:00Z', 'event', false, false,
                    '{"unit": "usd", "n": 1, "window_seconds": 60, "task_ids": ["other", "root"]}',
                    0, 1);
                """
                        .formatted(HexFormat.of().formatHex(TimelineCalls.encode(CALLS))));
    }

    private static void insert(
            String id,
            String type,
            String parent,
            String outcome,
            int cost,
            String tags,
            String model)
            throws SQLException {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    parent_task_id, root_task_id, provider, model, outcome, duration_ms, calls,
                    calls_failed, input_tokens, cached_input_tokens, cache_write_tokens,
                    output_tokens, reasoning_tokens, cost_reported, cost_priced, requests_unpriced,
                    verdict_until, retracted, epoch, seen, tags)
                VALUES ('%1$s', '%2$s', 'agent-%3$d', '%4$s', %5$s, 'root', 'openai', '%6$s', '%7$s',
                    %8$d, 1, 0, 1000, 900, 0, 10, 0, %9$d * 0.001, 0, 0,
                    '%2$s'::timestamptz + interval '1 hour', false, 0, 1, '%10$s')
                """
                        .formatted(
                                id,
                                START.plusSeconds(cost > 1000 ? 900 : cost),
                                cost % 3,
                                type,
                                parent == null ? "NULL" : "'" + parent + "'",
                                model,
                                outcome,
                                1000 - cost % 1000,
                                cost,
                                tags.replace("'", "''")));
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static JsonNode ok(String path) throws Exception {
        HttpResponse<String> answer = fixture.get(API + path, "Cache-Control", "no-cache");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.json(answer);
    }

    private static List<String> ids(String query) throws Exception {
        return ok("tasks?from=now-1h&" + query).path("tasks").findValuesAsText("task_id");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void searchesAcrossAgents_byTag_model_costAndDuration() throws Exception {
        assertThat(ids("tag=team:search")).hasSize(20).startsWith("u57", "u54");
        assertThat(ids("tag=" + encoded("team:o'neil %_"))).hasSize(40);
        assertThat(
                        ids(
                                "tag=team:search&where="
                                        + encoded("model=gpt-5,cost_usd>=0.03,cost_usd<0.048")))
                .containsExactly("u42", "u36", "u30");
        assertThat(ids("where=" + encoded("duration_ms<=945,duration_ms>942,agent_type=coder")))
                .containsExactly("u57", "u56", "u55");
        assertThat(ids("tag=team:nobody")).isEmpty();
        assertThat(ids("tag=" + encoded("app\\:env:a:b"))).containsExactly("root");
    }

    @Test
    void unknownCostsAndDurations_matchNoCondition_andComeLast() throws Exception {
        assertThat(ids("where=" + encoded("cost_usd<=0.001,agent_type=coder")))
                .containsExactly("u1", "u0");
        assertThat(ids("where=" + encoded("cost_usd>=-1") + "&limit=1000"))
                .doesNotContain("u59", "unpriced child");
        assertThat(ids("sort=-duration_ms&tag=" + encoded("team:o'neil %_"))).endsWith("u59");
    }

    @Test
    void searchesByOutcome_afterVerdicts() throws Exception {
        assertThat(ids("outcome=failed"))
                .containsExactly("u50", "u40", "u30", "grandchild", "u20", "u1", "u0");
        assertThat(ids("outcome=failed&tag=team:search")).containsExactly("u30", "u0");
        assertThat(ids("outcome=succeeded")).contains("u10", "u2").doesNotContain("u1", "u0");
        assertThat(ids("outcome=cancelled")).isEmpty();
    }

    @Test
    void searchesByAPartOfTheError() throws Exception {
        assertThat(ids("error=" + encoded("AT 10 % did"))).hasSize(6);
        assertThat(ids("error=timeout&outcome=succeeded")).containsExactly("u10");
        assertThat(ids("error=" + encoded("10_%"))).isEmpty();
    }

    /** Returns all tasks with an error, page by page, and checks their order. */
    private static List<String> paged(String error, String sort) throws Exception {
        List<String> ids = new ArrayList<>();
        List<Double> keys = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page =
                    ok(
                            "tasks?from=2026-11-13T00:00:00Z&limit=400&error=%s&sort=%s%s"
                                    .formatted(encoded(error), sort, cursor));
            for (JsonNode task : page.path("tasks")) {
                ids.add(task.path("task_id").asText());
                keys.add(
                        sort.equals("-cost_usd")
                                ? -task.path("cost_usd").asDouble()
                                : Instant.parse(task.path("ended_at").asText()).getEpochSecond()
                                        * (sort.startsWith("-") ? -1.0 : 1.0));
            }
            cursor = "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.endsWith("null") && ids.size() < 9000);
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(keys).isSorted();
        return ids;
    }

    /** Too many errors on one day to read them all, few two days before, and none between. */
    @ParameterizedTest
    @CsvSource({"-ended_at", "ended_at", "-cost_usd"})
    void anErrorOfManyTasks_isSearchedPageByPage(String sort) throws Exception {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed, cost_reported, cost_priced,
                    requests_unpriced, error_type, error_message, verdict_until, retracted, epoch,
                    seen)
                SELECT 'burst' || n, timestamptz '2026-11-16T01:00:00Z'
                        - (n / 4500) * interval '2 days' + n / 2 * interval '1 s', 'a', 'burst', 'r',
                    'failed', 1, 1, (n * 7919 % 1000) * 0.001, 0, 0, 'server_error',
                    'upstream of region ' || n % 3, '2026-11-20T00:00:00Z', false, 0, 1
                FROM generate_series(1, 4550) n
                """);
        try {
            assertThat(paged("STREAM of region 1", sort)).hasSize(1517);
            assertThat(paged("server_err", sort)).hasSize(4550);
        } finally {
            fixture.sql("DELETE FROM store.task_execution_timeline WHERE agent_type = 'burst'");
        }
    }

    @ParameterizedTest
    @CsvSource({"-ended_at", "ended_at", "-cost_usd", "-duration_ms"})
    void pagesFollowEachOtherInEveryOrder(String sort) throws Exception {
        List<String> whole = ids("limit=1000&sort=" + sort);
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = ok("tasks?from=now-1h&limit=7&sort=" + sort + cursor);
            paged.addAll(page.path("tasks").findValuesAsText("task_id"));
            cursor = "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.endsWith("null") && paged.size() < 500);
        assertThat(paged).isEqualTo(whole).doesNotHaveDuplicates().hasSizeGreaterThan(60);
        JsonNode all = ok("tasks?from=now-1h&limit=%d&sort=%s".formatted(whole.size(), sort));
        assertThat(all.path("next_cursor").isNull()).as("a full last page is the last").isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "sort=calls, bad_sort, agent_id",
        "sort=cost_usd, bad_sort, -cost_usd",
        "where=calls>3, bad_where, agent_id",
        "where=cost_usd>much, bad_where, number",
        "where=outcome=nope, bad_where, unreported",
        "outcome=lost, bad_outcome, succeeded",
        "tag=team, bad_tag, key:value",
        "error=ab, bad_error, 3 to 200",
        "filter=x, unknown_parameter, tag",
        "limit=5000, bad_limit, 1000",
        "cursor=abc, invalid_cursor, begin without"
    })
    void badQuestionsAreRefusedWithARemedy(String query, String code, String remedy)
            throws Exception {
        HttpResponse<String> answer = fixture.get(API + "tasks?" + query.replace(">", "%3E"));
        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode problem = ApiFixture.json(answer);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("detail").asText()).contains(remedy);
    }

    @Test
    void tasksOfOneAgent_acceptEveryColumn_onBothRoutes() throws Exception {
        String query = "from=now-1h&sort=-calls&where=" + encoded("calls>=1");
        JsonNode all = ok("tasks?agent_id=agent-1&" + query).path("tasks");
        assertThat(all).hasSizeGreaterThan(15);
        assertThat(ok("agents/agent-1/tasks?" + query).path("tasks")).isEqualTo(all);
    }

    @Test
    void aTaskHasItsCalls() throws Exception {
        JsonNode task = ok("tasks/root");
        JsonNode calls = task.path("call_list");
        assertThat(calls.findValuesAsText("call_id"))
                .containsExactly(
                        "11111111-2222-3333-4444-555555555555", "call/1", "call/2", "tool/1");
        JsonNode first = calls.path(0);
        assertThat(first.path("started_at").asText()).isEqualTo("2026-11-22T14:00:00Z");
        assertThat(first.path("time_to_first_token_ms").asLong()).isEqualTo(300);
        assertThat(first.path("cached_input_tokens").asLong()).isEqualTo(800);
        assertThat(first.path("cost_usd").decimalValue()).isEqualByComparingTo("1.500000001");
        assertThat(first.path("cost_source").asText()).isEqualTo("reported");
        assertThat(calls.path(1).path("error_class").asText()).isEqualTo("rate_limit");
        assertThat(calls.path(1).path("error_message").asText()).isEqualTo("slow down, ü");
        assertThat(calls.path(2).path("attempt").asInt()).isEqualTo(2);
        assertThat(calls.path(2).path("cached_input_tokens").isNull()).isTrue();
        assertThat(calls.path(2).path("cost_source").asText()).isEqualTo("priced");
        assertThat(calls.path(3).path("kind").asText()).isEqualTo("tool");
        assertThat(calls.path(3).path("duration_ms").isNull()).isTrue();
        assertThat(task.path("calls_left_out").asLong()).isZero();
        assertThat(ok("task?id=root")).isEqualTo(task);
    }

    @Test
    void anOlderTask_reportsThatItsCallsWereNotKept() throws Exception {
        JsonNode task = ok("tasks/u3");
        assertThat(task.path("call_list").isNull()).isTrue();
        assertThat(task.path("calls_left_out").asLong()).isEqualTo(1);
        assertThat(task.path("tags").path("team").asText()).isEqualTo("search");
    }

    @Test
    void aTaskHasItsTree() throws Exception {
        JsonNode tree = ok("tasks/root").path("tree");
        assertThat(tree.path("descendants").findValuesAsText("task_id"))
                .containsExactly("unpriced child", "child", "grandchild");
        assertThat(tree.path("descendants").findValuesAsText("depth"))
                .containsExactly("1", "1", "2");
        assertThat(tree.path("cost_with_descendants_usd").decimalValue())
                .isEqualByComparingTo("2.13");
        assertThat(tree.path("unpriced_requests").asLong()).isEqualTo(2);
        assertThat(tree.path("complete").asBoolean()).isTrue();
        JsonNode child = tree.path("descendants").path(1);
        assertThat(child.path("cost_usd").decimalValue()).isEqualByComparingTo("0.1");
        assertThat(child.path("cost_with_descendants_usd").decimalValue())
                .isEqualByComparingTo("0.13");
        assertThat(child.path("unpriced_with_descendants").asLong()).isZero();
        JsonNode unpriced = tree.path("descendants").path(0);
        assertThat(unpriced.path("cost_usd").isNull()).isTrue();
        assertThat(unpriced.path("unpriced_with_descendants").asLong()).isEqualTo(2);
        assertThat(
                        ok("tasks/grandchild")
                                .path("tree")
                                .path("ancestors")
                                .findValuesAsText("task_id"))
                .containsExactly("root", "child");
    }

    @Test
    void aTreeThatIsDeeperThanItsAnswer_isNotComplete() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    parent_task_id, root_task_id, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT 'deep' || n, '2026-10-30T12:00:00Z', 'a', 'deep', 'deep' || (n - 1), 'deep0',
                    'succeeded', 1, 0, 1, 0, 0, '2026-10-30T13:00:00Z', false, 0, 1
                FROM generate_series(0, 70) AS n;
                """);
        JsonNode tree = ok("tasks/deep0").path("tree");
        assertThat(tree.path("descendants")).hasSize(64);
        assertThat(tree.path("complete").asBoolean()).isFalse();
        JsonNode below = ok("tasks/deep30").path("tree");
        assertThat(below.path("descendants")).hasSize(40);
        assertThat(below.path("complete").asBoolean()).isTrue();
    }

    @Test
    void aTaskThatHasNotEndedHasItsTreeAndAlerts() throws Exception {
        fixture.sql(
                "UPDATE store.task_execution_timeline SET retracted = true WHERE task_id = 'root'");
        try {
            JsonNode running = ok("task-tree?id=root");
            assertThat(running.path("ended").asBoolean()).isFalse();
            JsonNode tree = running.path("tree");
            assertThat(tree.path("descendants").findValuesAsText("task_id"))
                    .containsExactly("unpriced child", "child", "grandchild");
            assertThat(tree.path("cost_with_descendants_usd").decimalValue())
                    .isEqualByComparingTo("0.13");
            assertThat(tree.path("complete").asBoolean()).isTrue();
            assertThat(running.path("alerts").findValuesAsText("alert_id"))
                    .containsExactly("alert");
        } finally {
            fixture.sql(
                    "UPDATE store.task_execution_timeline SET retracted = false"
                            + " WHERE task_id = 'root'");
        }
        assertThat(ok("task-tree?id=root").path("ended").asBoolean()).isTrue();
        assertThat(ok("task-tree?id=root").path("tree")).isEqualTo(ok("tasks/root").path("tree"));
        assertThat(fixture.get("/api/analytics/task-tree?id=nobody").statusCode()).isEqualTo(404);
        assertThat(fixture.get("/api/analytics/task-tree").statusCode()).isEqualTo(400);
    }

    @Test
    void aTaskHasTheAlertsThatNameIt() throws Exception {
        assertThat(ok("tasks/root").path("alerts").findValuesAsText("alert_id"))
                .containsExactly("alert");
        assertThat(ok("tasks/child").path("alerts")).isEmpty();
    }

    @Test
    void partsThatWereNotReported_areUnknown_notZero() throws Exception {
        JsonNode task = ok("tasks/grandchild");
        assertThat(task.at("/tokens/input").asLong()).isEqualTo(1000);
        assertThat(task.at("/tokens/cached_input").isNull()).isTrue();
        assertThat(task.at("/tokens/reasoning").isNull()).isTrue();
        assertThat(task.at("/tokens/cache_write").asLong(-1)).isZero();
        assertThat(task.at("/explanation/text").asText()).doesNotContain("was cached");
        assertThat(ok("tasks/root").at("/explanation/usual/cached_share").asDouble())
                .isEqualTo(0.9);
    }

    @Test
    void theCostIsExplained() throws Exception {
        JsonNode explanation = ok("tasks/root").path("explanation");
        assertThat(explanation.path("usual").path("tasks").asLong()).isGreaterThan(60);
        assertThat(explanation.path("text").asText())
                .startsWith("$2.00, ")
                .contains(" times the usual $0.0", "of coder tasks: 3 calls instead of 1")
                .contains("1 of 3 calls failed and 1 repeated a failed one")
                .contains("8 % of the input was cached instead of 9")
                .endsWith(".");
        assertThat(ok("tasks/u59").path("explanation").path("text").asText())
                .startsWith("The cost is unknown");
    }

    @Test
    void unknownTasksAreNamed() throws Exception {
        HttpResponse<String> answer = fixture.get(API + "tasks/nothing");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("'nothing' has not ended");
        assertThat(fixture.get(API + "task").body()).contains("missing_parameter");
    }

    /** The SQL function and the Java class return the same values. */
    @Test
    void callsAreReadBySql() throws Exception {
        List<TimelineCall> calls = new ArrayList<>(CALLS);
        long time = START.toEpochMilli() + 10_000;
        for (int n = 0; n < 300; n++) {
            calls.add(
                    model(n % 2 == 0 ? new UUID(n * 77L, -n).toString() : "längerer name/" + n, 0)
                            .startMillis(time += n * 1_000L)
                            .durationMillis(n % 5 == 0 ? -1 : n * 1_000_000L)
                            .costNanos(n * 1_234_567_891_011L)
                            .build());
        }
        List<String> expected =
                calls.stream()
                        .map(
                                c ->
                                        "%s %d %d %s %s %s %d %s"
                                                .formatted(
                                                        c.id(),
                                                        c.startMillis(),
                                                        c.durationMillis(),
                                                        c.isTool() ? c.toolName() : c.model(),
                                                        c.errorType() + c.errorMessage(),
                                                        c.attempt(),
                                                        c.tokens().input(),
                                                        c.costNanos()))
                        .toList();
        List<String> read = new ArrayList<>();
        String hex = HexFormat.of().formatHex(TimelineCalls.encode(calls));
        try (var connection = fixture.postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                """
                                SELECT format('%%s %%s %%s %%s %%s %%s %%s %%s', call_id,
                                    (extract(epoch FROM started_at) * 1000)::bigint,
                                    coalesce(duration_ms, -1), coalesce(tool_name, model),
                                    concat(error_type, error_message), attempt,
                                    coalesce(input_tokens, -1),
                                    coalesce((cost_usd * 1000000000)::bigint, -1))
                                FROM store.calls_of('\\x%s')
                                """
                                        .formatted(hex))) {
            while (rows.next()) {
                read.add(rows.getString(1));
            }
        }
        assertThat(read).isEqualTo(expected);
    }
}
