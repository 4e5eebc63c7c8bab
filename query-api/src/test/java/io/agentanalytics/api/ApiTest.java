package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.database.Migrations;
import io.agentanalytics.api.options.ApiOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTest {
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static void sql(String text) throws SQLException {
        fixture.sql(text);
    }

    /** The newest answer, not a cached one. */
    private static HttpResponse<String> newest(String path) throws Exception {
        return fixture.get(path, "Cache-Control", "no-cache");
    }

    private static JsonNode ok(String path) throws Exception {
        HttpResponse<String> answer = newest("/api/analytics/" + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.JSON.readTree(answer.body());
    }

    private static JsonNode problem(String path, int status) throws Exception {
        HttpResponse<String> answer = newest(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        return ApiFixture.JSON.readTree(answer.body());
    }

    private static JsonNode agent(String range) throws Exception {
        return ok("agents/a" + range).path("agent");
    }

    @Test
    void closedHours_takeThePlaceOfTheirMinutes() throws Exception {
        JsonNode a = agent("?from=2026-11-22T12:00:00Z&to=2026-11-22T13:00:00Z");
        assertThat(a.path("tasks").asInt()).isEqualTo(10);
        assertThat(a.path("cost_usd").decimalValue()).isEqualByComparingTo("5.5");
    }

    @Test
    void usualIsKnown_onlyIfTheWholeRangeBeforeIsRecorded() throws Exception {
        assertThat(compared("2026-11-22T13:00:00Z"))
                .as("a part was deleted")
                .containsExactly(
                        "null, the data begin at 2026-11-22T13:00:00Z",
                        "null, the data begin at 2026-11-22T13:00:00Z");
        assertThat(compared("2026-11-22T12:00:00Z")).containsExactly("10, null", "10, null");
    }

    /** The tasks of the hour before, and why they are not known, for data from an hour on. */
    private static List<String> compared(String first) throws Exception {
        fixture.sql(
                """
                INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                    tasks, request_latency, task_duration)
                SELECT seconds, '%s', true, 0, 1, 10, '', '' FROM unnest(ARRAY[60, 3600]) AS seconds
                """
                        .formatted(first));
        String range = "?from=2026-11-22T13:00:00Z&to=2026-11-22T14:00:00Z";
        List<String> seen = new ArrayList<>();
        for (String path : List.of("agents/a", "dashboard-data")) {
            JsonNode answer =
                    ApiFixture.json(
                            fixture.get(
                                    "/api/analytics/" + path + range, "Cache-Control", "no-cache"));
            String at = path.equals("agents/a") ? "/usual/tasks" : "/usual/overview/tasks";
            String tasks = answer.path("usual").isNull() ? "null" : answer.at(at).asText();
            seen.add(tasks + ", " + answer.path("not_compared").asText());
        }
        fixture.sql("DELETE FROM store.system_window");
        return seen;
    }

    @Test
    void openHours_areTheSumOfTheirMinutes() throws Exception {
        JsonNode a = agent("?from=2026-11-22T12:00:00Z&to=2026-11-22T14:30:20Z");
        assertThat(a.path("tasks").asInt()).isEqualTo(15);
        assertThat(a.path("cost_usd").asText()).isEqualTo("7.600000001");
    }

    @Test
    void rangeIsEchoedAsResolved() throws Exception {
        JsonNode range = ok("overview").path("range");
        assertThat(range.path("from").asText()).isEqualTo("2026-11-22T13:30:00Z");
        assertThat(range.path("to").asText()).isEqualTo("2026-11-22T14:31:00Z");
        assertThat(range.path("step").asInt()).isEqualTo(60);
        assertThat(ok("overview").path("data_through").asText()).isEqualTo("2026-11-22T14:30:10Z");
        assertThat(ok("overview").path("running_tasks").asInt()).isEqualTo(3);
        assertThat(ok("overview").path("series").size()).isEqualTo(61);
    }

    @Test
    void stepsBeginOnTheClock_totalsAtTheMinute() throws Exception {
        JsonNode a = ok("agents/a?from=2026-11-22T13:11:00Z&to=2026-11-22T14:31:00Z&step=15m");
        assertThat(a.path("range").path("from").asText()).isEqualTo("2026-11-22T13:11:00Z");
        assertThat(a.path("series").get(0).path("time").asText()).isEqualTo("2026-11-22T13:00:00Z");
        assertThat(a.path("series").get(0).path("tasks").asInt()).isZero();
        assertThat(a.path("series").get(5).path("tasks").asInt()).isEqualTo(2);
        assertThat(a.path("agent").path("tasks").asInt()).isEqualTo(2);
    }

    @Test
    void longRanges_haveLongSteps() throws Exception {
        assertThat(ok("overview?from=now-30d").path("series").size()).isBetween(50, 1000);
        assertThat(ok("overview?from=now-30d").path("range").path("step").asInt() % 3600).isZero();
    }

    @Test
    void lateVerdicts_correctTheOutcome() throws Exception {
        String range = "?from=2026-11-22T14:20:00Z&to=2026-11-22T14:21:00Z";
        assertThat(agent(range).path("succeeded").asInt()).isEqualTo(2);
        sql(
                "INSERT INTO store.task_verdicts VALUES ('t1', "
                        + "'2026-11-22T18:00:00Z', 'v', false), ('t2', "
                        + "'2026-11-22T14:50:00Z', 'v', false)");
        try {
            assertThat(agent(range).path("succeeded").asInt()).isEqualTo(1);
            assertThat(agent(range).path("failed").asInt()).isEqualTo(1);
            assertThat(ok("tasks/t1").path("outcome").asText()).isEqualTo("failed");
            assertThat(ok("tasks/t2").path("outcome").asText()).isEqualTo("succeeded");
        } finally {
            sql("DELETE FROM store.task_verdicts");
        }
    }

    @Test
    void unknownCost_isNullAndNotZero() throws Exception {
        assertThat(ok("tasks/t1").path("cost_usd").isNull()).isTrue();
        assertThat(ok("tasks/t1").path("tokens").isNull()).isTrue();
    }

    @Test
    void meansUseKnownCostsOnly_andCorrectionsAreReported() throws Exception {
        cellOf(
                "partly-known",
                "tasks_without_cost = 3, tasks_cached_added = 2, task_requests_unpriced = 3");
        JsonNode agent = ok("agents/partly-known?from=2026-11-22T14:20:00Z").path("agent");
        assertThat(agent.path("cost_usd").decimalValue()).isEqualByComparingTo("2");
        assertThat(agent.path("cost_per_task_usd").decimalValue()).isEqualByComparingTo("2");
        assertThat(agent.path("unpriced_requests").asInt()).isEqualTo(3);
        assertThat(agent.path("notes").toString()).isEqualTo("{\"cached_tokens_added\":2}");
    }

    @Test
    void aTaskThatContinued_isNotAbandoned() throws Exception {
        cellOf("sleeper", "tasks_abandoned = 2");
        String range = "?from=2026-11-22T14:20:00Z";
        assertThat(ok("agents/sleeper" + range).path("agent").path("abandoned").asInt())
                .isEqualTo(2);
        sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed,
                    cost_reported, cost_priced, requests_unpriced, verdict_until, retracted, epoch,
                    seen)
                VALUES ('woken', '2026-11-22T14:25:30Z', 'sleeper', 'tester', 'woken', 'abandoned',
                    0, 0, 0, 0, 1, '2026-11-22T14:25:30Z', true, 0, 1)
                """);
        assertThat(ok("agents/sleeper" + range).path("agent").path("abandoned").asInt())
                .isEqualTo(1);
        assertThat(newest("/api/analytics/tasks/woken").statusCode()).isEqualTo(404);
    }

    private static void cellOf(String agent, String figures) throws SQLException {
        for (int seconds : new int[] {60, 300}) {
            fixture.cell(agent, seconds, "2026-11-22T14:25:00Z", false, 4, 4, "2");
        }
        sql("UPDATE store.agent_window SET %s WHERE agent_id = '%s'".formatted(figures, agent));
    }

    @Test
    void tasksAreListedNewestFirst_pageByPage() throws Exception {
        JsonNode first = ok("agents/a/tasks?limit=1");
        assertThat(first.path("tasks").get(0).path("task_id").asText()).isEqualTo("t2");
        JsonNode second = ok("agents/a/tasks?limit=1&cursor=" + first.path("next_cursor").asText());
        assertThat(second.path("tasks").get(0).path("task_id").asText()).isEqualTo("t1");
    }

    @Test
    void withoutDecisions_weightsAreNull() throws Exception {
        assertThat(problem("/api/analytics/weights?scope=openai", 400).path("detail").asText())
                .isEqualTo("scope is 'openai'; write global, agent_type:X or agent:Y.");
        JsonNode answer = ok("weights");
        assertThat(answer.path("weights").isNull()).isTrue();
        assertThat(answer.path("scopes").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,bad_limit,0",
        "limit=-1,bad_limit,-1",
        "limit=abc,bad_limit,abc",
        "limit=1000000000,bad_limit,1000000000",
        "from=now&to=now-1h,bad_range,not before",
        "from=2020-01-01T00:00:00Z,range_too_long,at most 30",
        "from=yesterday,bad_time,yesterday",
        "step=7,bad_step,7",
        "step=60&from=now-1d,step_too_small,1441",
        "tz=Mars,unknown_parameter,tz",
        "from=now-1h&from=now-2h,repeated_parameter,from",
        "cursor=Zm9yZ2Vk,invalid_cursor,cursor",
        "cursor=%21%21,invalid_cursor,cursor",
        "sort=beauty,bad_sort,beauty"
    })
    void badParameters_areNamed(String query, String code, String named) throws Exception {
        JsonNode problem = problem("/api/analytics/agents?" + query, 400);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        assertThat(problem.path("detail").asText()).contains(named);
    }

    @Test
    void unknownResources_are404() throws Exception {
        assertThat(problem("/api/analytics/agents/nobody", 404).path("detail").asText())
                .contains("nobody");
        assertThat(problem("/api/analytics/tasks/nothing", 404).path("code").asText())
                .isEqualTo("not_found");
        assertThat(problem("/api/analytics/nowhere", 404).path("detail").asText())
                .contains("nowhere");
        problem("/analytics-dashboard/%2e%2e/%2e%2e/etc/passwd", 400);
    }

    @Test
    void otherMethods_are405() throws Exception {
        HttpResponse<String> answer =
                ApiFixture.CLIENT.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://127.0.0.1:"
                                                        + fixture.api.port()
                                                        + "/api/analytics/overview"))
                                .DELETE()
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"
            })
    void brokenHttp_isAnsweredWithAProblem(String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), fixture.api.port())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
        }
    }

    @Test
    void unchangedAnswers_are304() throws Exception {
        HttpResponse<String> first = fixture.get("/api/analytics/agents/a");
        String etag = first.headers().firstValue("ETag").orElseThrow();
        assertThat(fixture.get("/api/analytics/agents/a", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void silentJob_isStale() throws Exception {
        assertThat(ok("health").path("status").asText()).isEqualTo("ok");
        sql("UPDATE store.progress SET sampled_at = '2026-11-22T14:29:00Z'");
        try {
            assertThat(ok("health").path("status").asText()).isEqualTo("stale");
        } finally {
            sql("UPDATE store.progress SET sampled_at = '2026-11-22T14:30:19Z'");
        }
    }

    @Test
    void databaseUnavailable_is503WithRetryAfter() throws Exception {
        ApiOptions nowhere = ApiOptions.loopback(0, "jdbc:postgresql://127.0.0.1:1/x", "u");
        try (QueryApi detached = QueryApi.start(nowhere, ApiFixture.CLOCK, null)) {
            HttpResponse<String> answer =
                    ApiFixture.get(detached.port(), "/api/analytics/overview");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
            assertThat(ApiFixture.get(detached.port(), "/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void metricsHaveRoutesAndNoPaths() throws Exception {
        fixture.get("/api/analytics/agents/some-agent-id");
        String metrics = fixture.get("/metrics").body();
        assertThat(metrics)
                .contains("http_server_requests_seconds_count")
                .contains("route=\"/api/analytics/agents/{id}\"");
        assertThat(metrics).doesNotContain("some-agent-id");
    }

    @Test
    void partitionsAreMadeAheadAndDropped(@TempDir Path data) throws Exception {
        assertThat(
                        Migrations.maintainPartitions(
                                fixture.postgres.getPostgresDatabase(), ApiFixture.NOW))
                .isZero();
        assertThat(count("system_window_20261129")).isOne();
        assertThat(count("system_window_20261130")).isZero();
        try (EmbeddedPostgres other = PreparedPostgres.start(data)) {
            assertThat(count(other, "system_window_20261023")).isOne();
            Instant nextDay = Instant.parse("2026-11-23T00:00:00Z");
            Migrations.maintainPartitions(other.getPostgresDatabase(), nextDay);
            assertThat(count(other, "system_window_20261023")).isZero();
            assertThat(count(other, "system_window_20261130")).isOne();
        }
    }

    private static long count(String table) throws SQLException {
        return count(fixture.postgres, table);
    }

    private static long count(EmbeddedPostgres server, String table) throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT count(*) FROM pg_class WHERE relname = '"
                                                + table
                                                + "'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The cells of the fixture have costs of one source; that of the other is null. */
    @Test
    void metricsIncludeCostsOfOneSource() throws SQLException {
        try (var connection = fixture.postgres.getPostgresDatabase().getConnection();
                var rows =
                        connection
                                .createStatement()
                                .executeQuery(
                                        "SELECT count(*) FROM performance_metrics"
                                                + " WHERE metric_type = 'task_cost_usd'")) {
            rows.next();
            assertThat(rows.getLong(1)).isPositive();
        }
    }

    @Test
    void viewsAnswerTheDocumentedColumns() throws SQLException {
        sql(
                "SELECT metric_id, agent_id, agent_type, metric_type, value, "
                        + "timestamp, provider FROM performance_metrics");
        sql(
                "SELECT agent_id, total_tasks, successful_tasks, success_rate, "
                        + "avg_response_time, total_cost FROM agent_performance_summary");
        sql(
                "SELECT task_id, agent_id, duration_ms, tokens_used, cost, "
                        + "success FROM public.task_execution_timeline");
    }
}
