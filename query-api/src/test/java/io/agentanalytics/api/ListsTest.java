package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists in every order, exports, groups, and the compression of answers. */
class ListsTest {
    private static final String API = "/api/analytics/";

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillFleet();
        for (int i = 0; i < 9; i++) {
            String start = "2026-11-22T14:2%d:00Z".formatted(i);
            fixture.cell("b" + i, 60, start, true, 2 + i % 4, i % 3, "0.0%d".formatted(i % 5));
            fixture.cell(
                    "b" + i,
                    300,
                    i < 5 ? "2026-11-22T14:20:00Z" : "2026-11-22T14:25:00Z",
                    false,
                    1,
                    1,
                    "0");
            fixture.sql(
                    ("INSERT INTO store.agents VALUES ('b%d', 'type%d', '{\"team\": "
                                    + "\"%s\"}', '2026-11-22T10:00:00Z', '2026-11-22T14:2%d:00Z', 0, "
                                    + "%d, 0, 1)")
                            .formatted(i, i % 2, i % 2 == 0 ? "x" : "y", i, i));
        }
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static JsonNode ok(String path) throws Exception {
        HttpResponse<String> answer = fixture.get(API + path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.json(answer);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static List<JsonNode> pages(String path, String list, int limit) throws Exception {
        List<JsonNode> rows = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = ok(path + "&limit=" + limit + cursor);
            page.path(list).forEach(rows::add);
            cursor = "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.endsWith("null") && rows.size() < 500);
        return rows;
    }

    /** Pages contain the same rows as the whole list: each once, unknown last, for every column. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ended_at",
                "task_id",
                "agent_id",
                "agent_type",
                "outcome",
                "provider",
                "model",
                "error_type",
                "submitted_at",
                "started_at",
                "duration_ms",
                "calls",
                "calls_failed",
                "tokens",
                "cost_usd",
                "files_created",
                "files_modified"
            })
    void tasks_pageByPage(String column) throws Exception {
        for (String sort : List.of(column, "-" + column)) {
            String path = "agents/a/tasks?from=now-2h&sort=" + sort;
            List<JsonNode> whole = pages(path, "tasks", 1000);
            List<JsonNode> paged = pages(path, "tasks", 7);
            assertThat(whole).hasSize(42);
            assertThat(paged).isEqualTo(whole);
            boolean unknown = false;
            for (JsonNode task : whole) {
                boolean isNull = task.path(column).isNull();
                assertThat(isNull || !unknown).as("%s: unknown comes last", sort).isTrue();
                unknown |= isNull;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "cost_usd>0.000000003, 20",
        "cost_usd<=0.000000003, 15",
        "outcome=failed, 20",
        "outcome!=failed, 22",
        "provider=p1, 14",
        "duration_ms>=4, 8",
        "error_type=timeout, 20",
        "started_at<2026-11-22T13:00:00.010Z, 7"
    })
    void tasks_whereConditionsHold(String where, int expected) throws Exception {
        String path = "agents/a/tasks?from=now-2h&where=" + encoded(where);
        assertThat(pages(path, "tasks", 10)).hasSize(expected);
    }

    private static List<String> sortedColumns() {
        return List.of(
                "agent_id",
                "agent_type",
                "tasks",
                "succeeded",
                "failed",
                "cancelled",
                "abandoned",
                "success_rate",
                "cost_usd",
                "cost_per_task_usd",
                "unpriced_requests",
                "tokens",
                "mean_ms",
                "files_created",
                "files_modified",
                "running",
                "mostly_on",
                "last_seen");
    }

    /** Columns that Postgres does not sort by. */
    private static List<String> percentiles() {
        return List.of("p50_ms", "p95_ms", "p99_ms");
    }

    @ParameterizedTest
    @MethodSource({"sortedColumns", "percentiles"})
    void agents_pageByPage(String column) throws Exception {
        for (String sort : List.of(column, "-" + column)) {
            List<JsonNode> whole = pages("agents?sort=" + sort, "agents", 1000);
            assertThat(whole).hasSize(10);
            assertThat(pages("agents?sort=" + sort, "agents", 3)).isEqualTo(whole);
        }
    }

    /**
     * Postgres decides the order and the conditions; the answer's own figures must agree with it.
     */
    @ParameterizedTest
    @MethodSource("sortedColumns")
    void agents_orderAndConditionsMatchTheFigures(String column) throws Exception {
        String pointer =
                switch (column) {
                    case "tokens" -> "/tokens/total";
                    case "mean_ms" -> "/duration_ms/mean";
                    default -> "/" + column;
                };
        java.util.Comparator<JsonNode> byValue =
                (a, b) ->
                        a.isNumber()
                                ? a.decimalValue().compareTo(b.decimalValue())
                                : a.asText().compareTo(b.asText());
        for (boolean descending : new boolean[] {false, true}) {
            List<JsonNode> listed =
                    pages("agents?sort=" + (descending ? "-" : "") + column, "agents", 1000);
            java.util.Comparator<JsonNode> directed = descending ? byValue.reversed() : byValue;
            java.util.Comparator<JsonNode> wanted =
                    java.util.Comparator.comparing(
                                    (JsonNode a) ->
                                            a.at(pointer).isValueNode() && !a.at(pointer).isNull()
                                                    ? a.at(pointer)
                                                    : null,
                                    java.util.Comparator.nullsLast(directed))
                            .thenComparing(a -> a.path("agent_id").asText());
            assertThat(listed).hasSize(10).isSortedAccordingTo(wanted);
            for (JsonNode agent : listed) {
                JsonNode value = agent.at(pointer);
                if (!value.isValueNode() || value.isNull()) {
                    continue;
                }
                long atLeast =
                        listed.stream()
                                .map(a -> a.at(pointer))
                                .filter(v -> v.isValueNode() && !v.isNull())
                                .filter(v -> byValue.compare(v, value) >= 0)
                                .count();
                String condition =
                        column
                                + ">="
                                + (value.isNumber()
                                        ? value.decimalValue().toPlainString()
                                        : value.asText());
                assertThat(ok("agents?where=" + encoded(condition)).path("total").asLong())
                        .as(condition)
                        .isEqualTo(atLeast);
            }
        }
    }

    @Test
    void agents_filtered() throws Exception {
        assertThat(ok("agents?tag=team:y").path("total").asInt()).isEqualTo(4);
        assertThat(ok("agents?where=" + encoded("tasks>=5")).path("total").asInt()).isEqualTo(2);
        assertThat(ok("agents?filter=B3").path("total").asInt()).isEqualTo(1);
        assertThat(
                        ok("agents?where=" + encoded("running>3,agent_type=type0"))
                                .path("total")
                                .asInt())
                .isEqualTo(3);
        assertThat(
                        ok("agents?where=" + encoded("last_seen>2026-11-22T14:27:30Z"))
                                .path("total")
                                .asInt())
                .isEqualTo(2);
    }

    /** A gateway reports calls alone: their task ends later, by silence. */
    @Test
    void anAgentWhoseTaskHasNotEnded_hasTheCostOfItsCalls_notZero() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type,
                    provider, model, closed, epoch, seen, requests, request_cost_reported,
                    request_latency, task_duration)
                VALUES (60, '2026-11-22T14:22:00Z', 'gateway', 'unknown', 'openai', 'gpt-5', true,
                    0, 1, 3, 0.75, '', '')
                """);
        try {
            JsonNode agent = fresh("agents?filter=gateway").path("agents").get(0);
            assertThat(agent.path("cost_usd").isNull()).as(agent.toString()).isTrue();
            assertThat(agent.path("requests").asInt()).isEqualTo(3);
            assertThat(agent.path("request_cost_usd").asText()).isEqualTo("0.75");
            assertThat(agent.at("/recent/cost_usd").isNull()).isTrue();
            JsonNode one = fresh("agents/gateway");
            assertThat(one.path("agent").path("request_cost_usd").asText()).isEqualTo("0.75");
            assertThat(one.path("series"))
                    .filteredOn(p -> p.path("cost_usd").isNull())
                    .singleElement()
                    .satisfies(
                            p ->
                                    assertThat(p.path("time").asText())
                                            .isEqualTo("2026-11-22T14:22:00Z"));
            assertThat(fresh("dashboard-data?from=now-1h").path("agents"))
                    .filteredOn(a -> a.path("agent_id").asText().equals("gateway"))
                    .singleElement()
                    .satisfies(a -> assertThat(a.path("cost_usd").isNull()).isTrue());
            assertThat(fresh("agents?sort=cost_usd").path("agents").findValuesAsText("agent_id"))
                    .endsWith("gateway");
            String known = "agents?where=" + encoded("cost_usd>=0");
            assertThat(fresh(known + "&sort=p95_ms").path("total"))
                    .isEqualTo(fresh(known).path("total"));
        } finally {
            fixture.sql("DELETE FROM store.agent_window WHERE agent_id = 'gateway'");
        }
    }

    /** Figures change between pages: rows that keep their place are listed, moves are reported. */
    @Test
    void rowsThatMoveBetweenPages_areReported() throws Exception {
        String list = "agents?from=now-2h&limit=4&sort=-tasks";
        JsonNode first = ok(list);
        assertThat(first.path("rows_moved").asBoolean()).isFalse();
        List<String> seen = first.path("agents").findValuesAsText("agent_id");
        String next = list + "&cursor=" + first.path("next_cursor").asText();
        assertThat(fresh(next).path("rows_moved").asBoolean()).isFalse();
        String climber = fresh(next).path("agents").get(3).path("agent_id").asText();
        String update =
                "UPDATE store.agent_window SET tasks = tasks %s 90 WHERE granularity = 60 AND"
                        + " agent_id = '%s'";
        fixture.sql(update.formatted("+", climber));
        try {
            List<String> paged = new ArrayList<>(seen);
            JsonNode page = fresh(next);
            assertThat(page.path("rows_moved").asBoolean()).isTrue();
            while (true) {
                paged.addAll(page.path("agents").findValuesAsText("agent_id"));
                if (page.path("next_cursor").isNull()) {
                    break;
                }
                page = fresh(list + "&cursor=" + page.path("next_cursor").asText());
                assertThat(page.path("rows_moved").asBoolean()).isTrue();
            }
            assertThat(paged).doesNotHaveDuplicates().hasSize(9).doesNotContain(climber);
        } finally {
            fixture.sql(update.formatted("-", climber));
        }
    }

    /** The last row of a page may be gone before the next page is requested. */
    @Test
    void aPageContinuesWhereTheLastRowWas() throws Exception {
        String list = "agents?from=now-2h&limit=3&sort=agent_id";
        JsonNode first = ok(list);
        String last = first.path("agents").get(2).path("agent_id").asText();
        String move = "UPDATE store.agent_window SET agent_id = '%s' WHERE agent_id = '%s'";
        fixture.sql(move.formatted("0-first", last));
        try {
            JsonNode second = fresh(list + "&cursor=" + first.path("next_cursor").asText());
            assertThat(second.path("agents").findValuesAsText("agent_id"))
                    .containsExactly("b2", "b3", "b4");
        } finally {
            fixture.sql(move.formatted(last, "0-first"));
        }
    }

    private static JsonNode fresh(String path) throws Exception {
        return ApiFixture.json(fixture.get(API + path, "Cache-Control", "no-cache"));
    }

    @Test
    void aCursorBelongsToItsListAndOrder() throws Exception {
        String cursor =
                ok("agents?limit=2&sort=-cost_usd&from=now-2h").path("next_cursor").asText();
        for (String other :
                List.of(
                        "agents?limit=2&sort=tasks",
                        "agents?limit=2&sort=cost_usd",
                        "agents?limit=2",
                        "agents?limit=2&sort=-cost_usd&tag=team:x",
                        "agents?limit=2&sort=-cost_usd&where=" + encoded("tasks>1"),
                        "providers?limit=2&sort=-cost_usd",
                        "groups?by=agent_type&sort=-cost_usd",
                        "waste?limit=2&sort=-cost_usd",
                        "agents/a/tasks?sort=-cost_usd",
                        "alerts?sort=starts_at")) {
            HttpResponse<String> answer = fixture.get(API + other + "&cursor=" + cursor);
            assertThat(answer.statusCode()).as(other).isEqualTo(400);
            assertThat(ApiFixture.json(answer).path("code").asText()).isEqualTo("invalid_cursor");
        }
        String tasks =
                ok("agents/a/tasks?from=now-2h&limit=2&sort=duration_ms")
                        .path("next_cursor")
                        .asText();
        assertThat(fixture.get(API + "agents/a/tasks?sort=calls&cursor=" + tasks).statusCode())
                .isEqualTo(400);
    }

    @Test
    void furtherPages_haveTheRangeOfTheFirst() throws Exception {
        JsonNode first = ok("agents?from=2026-11-22T14:00:00Z&to=2026-11-22T14:25:00Z&limit=2");
        JsonNode second = ok("agents?limit=5&cursor=" + first.path("next_cursor").asText());
        assertThat(second.path("range").path("to")).isEqualTo(first.path("range").path("to"));
        assertThat(second.path("range").path("from")).isEqualTo(first.path("range").path("from"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"OpenAI", "openai", "OPENAI%20"})
    void providerNamesAreNormalised(String name) throws Exception {
        assertThat(ok("providers/" + name + "?from=now-2h").path("provider").path("provider"))
                .hasToString("\"openai\"");
        assertThat(ok("providers?from=now-2h&where=provider=" + name).path("total").asInt())
                .isEqualTo(1);
        assertThat(ok("providers?from=now-2h&filter=OpenA").path("total").asInt()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overview", "providers", "providers/openai", "groups?by=agent_type"})
    void tags_areRefusedWithAnAlternative_forListsWithoutTags(String path) throws Exception {
        String sign = path.contains("?") ? "&" : "?";
        HttpResponse<String> answer = fixture.get(API + path + sign + "tag=team:x");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("unknown_parameter", "groups?by=KEY");
    }

    @Test
    void export_isTheListAsCsvAndAsLines() throws Exception {
        HttpResponse<String> csv = fixture.get(API + "export?from=now-2h");
        assertThat(csv.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/csv");
        assertThat(csv.headers().firstValue("Content-Disposition").orElseThrow())
                .contains("tasks.csv");
        List<String> lines = csv.body().lines().toList();
        assertThat(lines).hasSize(44);
        assertThat(lines.get(0)).startsWith("task_id,agent_id,").contains(",tokens_input,");
        assertThat(lines).anyMatch(l -> l.startsWith("m7,a,tester,,m,p1,m1,failed,"));

        String ndjson = fixture.get(API + "export?from=now-2h&format=ndjson").body();
        Set<String> ids = new TreeSet<>();
        for (String line : ndjson.lines().toList()) {
            ids.add(ApiFixture.JSON.readTree(line).path("task_id").asText());
        }
        assertThat(ids).hasSize(43);
        assertThat(fixture.get(API + "export?table=providers").body().lines()).hasSize(2);
        assertThat(fixture.get(API + "export?table=agents&tag=team:y").body().lines()).hasSize(5);
        assertThat(
                        fixture.get(API + "export?where=" + encoded("calls=6") + "&from=now-2h")
                                .body()
                                .lines())
                .hasSize(6);
        assertThat(fixture.get(API + "export?table=secrets").statusCode()).isEqualTo(400);
    }

    @Test
    void answersAreCompressed_andSentOnlyWhenChanged() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(fixture.uri(API + "overview?from=now-5d"))
                        .header("Accept-Encoding", "gzip")
                        .build();
        HttpResponse<byte[]> zipped =
                ApiFixture.CLIENT.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(zipped.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(zipped.headers().firstValue("Vary")).hasValue("Accept-Encoding");
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped.body()))) {
            assertThat(ApiFixture.JSON.readTree(in).path("range").path("step").asInt())
                    .isPositive();
        }
        String etag = zipped.headers().firstValue("ETag").orElseThrow();
        assertThat(fixture.get(API + "overview?from=now-5d", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        assertThat(
                        fixture.get(API + "overview?from=now-5d", "If-None-Match", "W/\"other\"")
                                .statusCode())
                .isEqualTo(200);
        assertThat(
                        fixture.get(API + "overview?from=now-5d", "Accept-Encoding", "gzip;q=0")
                                .headers()
                                .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void largeAnswersAreWhole() throws Exception {
        HttpResponse<String> answer = fixture.get(API + "overview?from=now-16h&step=60");
        assertThat(answer.headers().firstValueAsLong("Content-Length").orElseThrow())
                .isEqualTo(answer.body().length())
                .isGreaterThan(100_000);
        assertThat(ApiFixture.json(answer).path("series")).hasSize(961);
    }

    @ParameterizedTest
    @ValueSource(strings = {"overview", "agents", "health", "openapi.yaml", "export"})
    void head_isGetWithoutABody(String path) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(fixture.uri(API + path))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build();
        HttpResponse<String> head =
                ApiFixture.CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type"))
                .isEqualTo(fixture.get(API + path).headers().firstValue("Content-Type"));
    }
}
