package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Figures by dimension: values, crossings, order and what is refused. */
class GroupsTest {
    private static final String GROUPS = "/api/analytics/groups?by=";

    /** Requests of the fleet in a window of the fixture: sixty on each of two providers. */
    private static final int IN_A_WINDOW = 120;

    private static final int WINDOWS = 10;

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

    private static JsonNode groups(String question) throws Exception {
        HttpResponse<String> answer = fixture.get(GROUPS + question, "Cache-Control", "no-cache");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.JSON
                .reader()
                .with(
                        com.fasterxml.jackson.databind.DeserializationFeature
                                .USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(answer.body());
    }

    private static String refusal(String question, String code) throws Exception {
        HttpResponse<String> answer = fixture.get(GROUPS + question);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        JsonNode problem = ApiFixture.json(answer);
        assertThat(problem.path("code").asText()).isEqualTo(code);
        return problem.path("detail").asText();
    }

    private static List<String> values(JsonNode answer, String name) {
        List<String> values = new ArrayList<>();
        answer.path("groups").forEach(g -> values.add(g.path("group").path(name).asText()));
        return values;
    }

    private static List<Integer> requests(JsonNode answer) {
        List<Integer> requests = new ArrayList<>();
        answer.path("groups").forEach(g -> requests.add(g.path("requests").asInt()));
        return requests;
    }

    @Test
    void valuesOfADimension_andTasksWithoutTheTag() throws Exception {
        JsonNode answer = groups("team&from=now-30m");
        assertThat(answer.path("by").toString()).isEqualTo("[\"team\"]");
        assertThat(values(answer, "team")).containsExactly("x", "y", "null");
        assertThat(answer.path("groups").get(2).path("group").path("team").isNull()).isTrue();
        assertThat(requests(answer)).containsExactly(600, 400, 200);
        JsonNode x = answer.path("groups").get(0);
        assertThat(x.path("cost_usd").decimalValue()).isEqualByComparingTo("0.000000600");
        assertThat(x.path("task_cost_usd").decimalValue()).isEqualByComparingTo("0.000001200");
        assertThat(x.path("succeeded").asInt()).isEqualTo(580);
        assertThat(x.path("failed").asInt()).isEqualTo(20);
        assertThat(x.at("/success_interval/low").asDouble()).isCloseTo(0.9491, within(5e-5));
        assertThat(x.at("/success_interval/high").asDouble()).isCloseTo(0.9783, within(5e-5));
        assertThat(x.path("cost_per_success_usd").decimalValue())
                .isEqualByComparingTo("0.000000002");
        assertThat(x.path("errors").path("timeout").asInt()).isEqualTo(20);
        assertThat(x.path("tokens").path("input").asInt()).isEqualTo(6000);
        assertThat(x.path("latency_ms").path("mean").asInt()).isEqualTo(100);
        assertThat(x.path("latency_ms").path("p95").isNumber()).isTrue();
    }

    @Test
    void lateVerdicts_correctTheGroupOfTheTask() throws Exception {
        assertThat(outcomes("team")).containsExactly("580 20", "380 20", "180 20");
        fixture.task("judged", "2026-11-22T14:10:00Z", "succeeded");
        fixture.sql(
                """
                UPDATE store.task_execution_timeline SET tags = '{"team": "x"}'
                WHERE task_id = 'judged'
                """);
        fixture.sql(
                """
                INSERT INTO store.task_verdicts (verdict_at, task_id, event_id, success)
                VALUES ('2026-11-22T18:00:00Z', 'judged', 'v', false)
                """);
        try {
            assertThat(outcomes("team")).containsExactly("579 21", "380 20", "180 20");
            assertThat(outcomes("team,provider")).doesNotContain("289 11");
        } finally {
            fixture.sql("DELETE FROM store.task_verdicts");
        }
    }

    private static List<String> outcomes(String by) throws Exception {
        List<String> outcomes = new ArrayList<>();
        groups(by + "&from=now-30m")
                .path("groups")
                .forEach(
                        g ->
                                outcomes.add(
                                        g.path("succeeded").asInt()
                                                + " "
                                                + g.path("failed").asInt()));
        return outcomes;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "agent_type",
                "team",
                "tag:team",
                "env",
                "provider",
                "model",
                "provider,model",
                "team,provider",
                "env,model",
                "agent_type,provider",
                "team,env",
                "env,team",
                "team,env,provider"
            })
    void everyGroupingAddsUpToTheFleet(String by) throws Exception {
        for (String range : List.of("now-30m", "now-4h", "now-5d")) {
            long requests = 0;
            BigDecimal cost = BigDecimal.ZERO;
            for (JsonNode group : groups(by + "&from=" + range).path("groups")) {
                requests += group.path("requests").asLong();
                cost = cost.add(group.path("cost_usd").decimalValue());
            }
            int windows =
                    switch (range) {
                        case "now-30m" -> WINDOWS;
                        case "now-4h" -> WINDOWS + 2;
                        default -> WINDOWS + 3;
                    };
            assertThat(requests).as(range).isEqualTo((long) windows * IN_A_WINDOW);
            assertThat(cost).isEqualByComparingTo(BigDecimal.valueOf(requests, 9));
        }
    }

    @Test
    void crossedDimensions_inEitherOrder() throws Exception {
        JsonNode teamFirst = groups("team,env&from=now-30m&sort=group");
        JsonNode envFirst = groups("env,team&from=now-30m&sort=team");
        assertThat(values(teamFirst, "team")).containsExactly("null", "x", "y", "y");
        assertThat(values(teamFirst, "env")).containsExactly("prod", "prod", "prod", "test");
        assertThat(values(envFirst, "team")).containsExactly("null", "x", "y", "y");
        assertThat(requests(teamFirst)).containsExactly(200, 600, 100, 300);
    }

    @ParameterizedTest
    @CsvSource({
        "team=x, 600",
        "team=, 200",
        "'team=a\\,x', ''",
        "team!=x, '400,200'",
        "requests>=400, '600,400'",
        "tasks<400, 200"
    })
    void whereChoosesGroups(String where, String expected) throws Exception {
        String encoded = URLEncoder.encode(where, StandardCharsets.UTF_8);
        List<Integer> found = requests(groups("team&from=now-30m&where=" + encoded));
        assertThat(found.toString().replaceAll("[\\[\\] ]", "")).isEqualTo(expected);
    }

    @Test
    void filterFindsPartsOfValues_andProviderNamesAreNormalised() throws Exception {
        assertThat(values(groups("env&from=now-30m&filter=RO"), "env")).containsExactly("prod");
        assertThat(values(groups("team,provider&from=now-30m&where=provider=OpenAI"), "provider"))
                .containsOnly("openai")
                .hasSize(3);
    }

    @Test
    void aDimensionCountedForLessThanTheRange_reportsItsStart() throws Exception {
        assertThat(groups("env&from=now-4h").path("counted_since").asText())
                .isEqualTo("2026-11-22T11:00:00Z");
        assertThat(groups("env&from=now-3h").path("counted_since").isNull()).isTrue();
        assertThat(groups("team&from=now-5d").path("counted_since").isNull()).isTrue();
    }

    /** Percentiles are read for the groups of a page alone, unless the order needs them all. */
    @ParameterizedTest
    @ValueSource(strings = {"cost_usd", "-requests", "-team", "latency_p95_ms", "-p50_ms"})
    void pagesTogetherAreTheWholeList(String sort) throws Exception {
        List<JsonNode> whole = new ArrayList<>();
        groups("team,provider&from=now-30m&sort=" + sort).path("groups").forEach(whole::add);
        assertThat(whole).hasSize(6).allMatch(g -> g.at("/latency_ms/p95").isNumber());
        List<JsonNode> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = groups("team,provider&from=now-30m&limit=2&sort=" + sort + cursor);
            page.path("groups").forEach(paged::add);
            cursor = "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.endsWith("null"));
        assertThat(paged).isEqualTo(whole);
    }

    @Test
    void unknownDimensions_areRefusedWithTheOption() throws Exception {
        assertThat(refusal("cost_center", "unknown_dimension"))
                .isEqualTo(
                        "The job does not count by cost_center, but by env, team, team+env,"
                                + " agent_type; start it with --dimensions"
                                + " env,team,team+env,cost_center.");
        assertThat(refusal("team,agent_type", "unknown_dimension"))
                .contains("team+agent_type", "--dimensions env,team,team+env,team+agent_type.");
        assertThat(refusal("", "empty_parameter")).contains("'by' is empty");
        for (String by : List.of("team,", "team,team", "team,env,agent_type")) {
            assertThat(refusal(by, "bad_grouping")).contains("--dimensions", "team,model");
        }
        assertThat(refusal("team&sort=no", "bad_sort")).contains("cost_usd");
    }
}
