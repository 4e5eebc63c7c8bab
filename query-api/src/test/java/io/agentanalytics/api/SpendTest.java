package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
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

/** Spend in two ranges: sums, exact causes of each change, reasons, and what is refused. */
class SpendTest {
    private static final String HOUR = "&from=2026-11-22T10:00:00Z&to=2026-11-22T11:00:00Z";

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillHours();
        hour("08:00", "", "", 0, 0, "0");
        hour("09:00", "z", "a", 100, 10, "10");
        hour("10:00", "z", "a", 180, 18, "18");
        hour("09:00", "w", "a", 50, 5, "5");
        hour("10:00", "w", "b", 50, 5, "15.000000001");
        hour("09:00", "v", "a", 50, 7, "5");
        hour("10:00", "v", "a", 90, 9, "7.2");
        hour("10:00", "n", "a", 10, 1, "1");
        hour("09:00", "o", "a", 10, 1, "0.5");
        fixture.sql(
                """
                UPDATE store.dimension_window SET requests_unpriced = 3
                WHERE value = 'o' AND window_start = '2026-11-22T09:00:00Z';
                UPDATE store.dimension_window SET tasks_without_cost = 2, task_requests_unpriced = 2
                WHERE value = 'v' AND window_start = '2026-11-22T09:00:00Z'
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    /** An hour of a team: its tokens are 1,000 per request, and a task of it failed. */
    private static void hour(
            String time, String team, String model, int requests, int tasks, String cost)
            throws Exception {
        String columns =
                """
                closed, epoch, seen, requests, requests_with_tokens, request_input_tokens,
                request_cached_input_tokens, request_cost_reported, tasks, tasks_succeeded,
                tasks_failed, task_cost_reported, request_latency, task_duration)
                """;
        String values =
                "true, 0, 1, %1$d, %1$d, %1$d * 1000, %1$d * 250, %3$s, %2$d, greatest(%2$d - 1, 0),"
                        + " least(%2$d, 1), %3$s, '', '')";
        String figures = values.formatted(requests, tasks, cost);
        String start = "'2026-11-22T" + time + ":00Z', ";
        fixture.sql(
                "INSERT INTO store.dimension_window (granularity, window_start, dimension, value,"
                        + " provider, model, "
                        + columns
                        + "VALUES (3600, %s 'team', '%s', 'openai', '%s', "
                                .formatted(start, team, model)
                        + figures);
        fixture.sql(
                "INSERT INTO store.system_window (granularity, window_start, "
                        + columns
                        + "VALUES (3600, "
                        + start
                        + figures
                        + " ON CONFLICT (granularity, window_start) DO UPDATE SET"
                        + " request_cost_reported = system_window.request_cost_reported"
                        + " + excluded.request_cost_reported");
    }

    private static JsonNode spend(String question) throws Exception {
        HttpResponse<String> answer =
                fixture.get("/api/analytics/spend?by=" + question, "Cache-Control", "no-cache");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.JSON
                .reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(answer.body());
    }

    private static JsonNode group(JsonNode answer, String team) {
        for (JsonNode group : answer.path("groups")) {
            if (group.path("group").path("team").asText().equals(team)) {
                return group;
            }
        }
        throw new AssertionError(team);
    }

    private static List<String> causes(JsonNode group) {
        List<String> causes = new ArrayList<>();
        group.path("causes")
                .forEach(c -> causes.add(c.path("cause").asText() + " " + c.path("usd").asText()));
        return causes;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    z | tasks 8 | 80 % more tasks, cost per task unchanged
                    w | models 10.000000001 | higher cost per token of other models (b: 100 % of the tokens, before 0 %)
                    v | tasks 1.428571429, tokens 2.571428571, price -1.8 | \
                        40 % more tokens per task, 20 % lower cost per token, 29 % more tasks
                    n | new 1 | new
                    o | gone -0.5 | no calls any more
                    """)
    void causesAddUpToTheChange_andAreNamed(String team, String causes, String reason)
            throws Exception {
        JsonNode group = group(spend("team" + HOUR), team);
        assertThat(String.join(", ", causes(group))).isEqualTo(causes);
        assertThat(group.path("reason").asText()).isEqualTo(reason);
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode cause : group.path("causes")) {
            sum = sum.add(cause.path("usd").decimalValue());
        }
        assertThat(group.path("change_usd").decimalValue()).isEqualByComparingTo(sum);
    }

    @Test
    void totalsAndSharesAreThoseOfTheGroups() throws Exception {
        JsonNode answer = spend("team" + HOUR);
        assertThat(answer.at("/totals/cost_usd").decimalValue())
                .isEqualByComparingTo("41.200000001");
        assertThat(answer.at("/totals/before/cost_usd").decimalValue())
                .isEqualByComparingTo("20.5");
        assertThat(answer.at("/totals/change_usd").decimalValue())
                .isEqualByComparingTo("20.700000001");
        double shares = 0;
        for (JsonNode group : answer.path("groups")) {
            shares += group.path("share").asDouble();
        }
        assertThat(shares).isBetween(0.999999, 1.000001);
        JsonNode z = group(answer, "z");
        assertThat(z.path("cached_share").asDouble()).isEqualTo(0.25);
        assertThat(z.path("cost_per_success_usd").decimalValue())
                .isEqualByComparingTo("1.058823529");
        assertThat(group(answer, "o").at("/before/unpriced_requests").asInt()).isEqualTo(3);
        assertThat(answer.path("before").toString())
                .isEqualTo("{\"from\":\"2026-11-22T09:00:00Z\",\"to\":\"2026-11-22T10:00:00Z\"}");
    }

    /** 5 of the 7 tasks cost 5 dollars: 7 are assumed to cost 7, and 6 succeeded. */
    @Test
    void tasksOfUnknownCost_areAssumedToCostTheMean_notNothing() throws Exception {
        JsonNode before = group(spend("team" + HOUR), "v").path("before");
        assertThat(before.path("cost_per_task_usd").decimalValue()).isEqualByComparingTo("1");
        assertThat(before.path("cost_per_success_usd").decimalValue())
                .isEqualByComparingTo("1.166666667");
    }

    @Test
    void moversAreTheGreatestChanges_inEitherDirection() throws Exception {
        List<String> movers = new ArrayList<>();
        spend("team&limit=1" + HOUR)
                .path("movers")
                .forEach(g -> movers.add(g.at("/group/team").asText()));
        assertThat(movers).containsExactly("w", "z", "v", "n", "o");
    }

    @Test
    void seriesHasBothRanges() throws Exception {
        JsonNode fleet = spend("team&step=1h" + HOUR).path("series");
        assertThat(fleet.path("step").asInt()).isEqualTo(3600);
        assertThat(fleet.path("points")).hasSize(1);
        assertThat(fleet.at("/points/0/cost_usd").decimalValue())
                .isEqualByComparingTo("41.200000001");
        assertThat(fleet.at("/points/0/before_usd").decimalValue()).isEqualByComparingTo("20.5");
        JsonNode team = spend("team,model&where=team=w&step=1h" + HOUR);
        assertThat(team.at("/series/points/0/before_usd").decimalValue()).isEqualByComparingTo("5");
        assertThat(team.at("/totals/cost_usd").decimalValue()).isEqualByComparingTo("15.000000001");
        assertThat(team.path("groups")).hasSize(2);
        assertThat(spend("team&filter=W" + HOUR).path("groups")).hasSize(1);
    }

    @Test
    void agentsAreAGrouping() throws Exception {
        JsonNode answer = spend("agent_id&from=now-30m");
        assertThat(answer.at("/groups/0/group/agent_id").asText()).isEqualTo("a");
        assertThat(answer.at("/groups/0/tasks").asInt()).isEqualTo(2);
        assertThat(spend("agent_id,model&from=now-30m").path("groups")).hasSize(1);
    }

    @Test
    void withoutACompleteEarlierRange_theReasonIsGiven() throws Exception {
        JsonNode answer = spend("team&from=2026-11-22T08:00:00Z&to=2026-11-22T11:00:00Z");
        assertThat(answer.path("before").isNull()).isTrue();
        assertThat(answer.path("not_compared").asText())
                .isEqualTo("the data begin at 2026-11-22T08:00:00Z");
        assertThat(group(answer, "z").path("change_usd").isNull()).isTrue();
        String afterAnHour = "team&from=2026-11-22T09:00:00Z&to=2026-11-22T10:00:00Z";
        assertThat(spend(afterAnHour).path("not_compared").isNull()).isTrue();
        fixture.sql(
                """
                INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                    request_latency, task_duration)
                VALUES (60, '2026-11-22T08:22:00Z', true, 0, 1, '', '')
                """);
        assertThat(spend(afterAnHour).path("not_compared").asText())
                .isEqualTo("the data begin at 2026-11-22T08:22:00Z");
        fixture.sql("DELETE FROM store.system_window WHERE window_start = '2026-11-22T08:22:00Z'");
        assertThat(spend("env" + HOUR).path("not_compared").asText())
                .isEqualTo("env is counted since 2026-11-22T11:00:00Z");
    }

    @Test
    void aRangeThatHasNotEnded_isComparedWithItsPartThatHasPassed() throws Exception {
        JsonNode answer = spend("team&from=2026-11-22T12:00:00Z&to=2026-11-22T15:30:00Z");
        assertThat(answer.path("before").toString())
                .isEqualTo("{\"from\":\"2026-11-22T08:30:00Z\",\"to\":\"2026-11-22T11:01:00Z\"}");
    }

    @Test
    void pagesAreSortedByTheChange() throws Exception {
        JsonNode first = spend("team&sort=-change_usd&limit=2" + HOUR);
        assertThat(first.path("groups")).hasSize(2);
        assertThat(first.at("/groups/0/group/team").asText()).isEqualTo("w");
        JsonNode next =
                spend("team&sort=-change_usd&limit=2&cursor=" + first.path("next_cursor").asText());
        assertThat(next.at("/groups/0/group/team").asText()).isEqualTo("v");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    team&against=year | bad_against
                    team&against=day&from=now-2d | bad_against
                    agent_id,team | bad_grouping
                    nothing | unknown_dimension
                    team&sort=p95_ms | bad_sort
                    """)
    void invalidQuestions_areRefused(String question, String code) throws Exception {
        HttpResponse<String> answer = fixture.get("/api/analytics/spend?by=" + question);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(ApiFixture.json(answer).path("code").asText()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"day", "week"})
    void otherRangesCanBeComparedWith(String against) throws Exception {
        JsonNode answer = spend("team&against=" + against + HOUR);
        assertThat(answer.path("not_compared").asText()).contains("2026-11-22T08:00:00Z");
    }

    @ParameterizedTest
    @CsvSource({"day, now-1d", "day, now-86400s", "week, now-7d", "week, now-604800s"})
    void aRangeOfOneDayOrWeek_isComparedWithTheOneBefore(String against, String from)
            throws Exception {
        JsonNode answer = spend("team&against=" + against + "&from=" + from);
        assertThat(answer.path("groups")).isNotEmpty();
        assertThat(answer.path("not_compared").asText()).contains("2026-11-22T08:00:00Z");
    }

    /** Minutes of last week are no longer kept. */
    @Test
    void rangesOfDifferentLengths_areNotCompared() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                    request_latency, task_duration)
                VALUES (3600, '2026-09-01T00:00:00Z', true, 0, 1, '', '')
                """);
        try {
            assertThat(spend("team&against=week&from=now-15m").path("not_compared").asText())
                    .isEqualTo(
                            "only whole hours are kept of the earlier range, from"
                                    + " 2026-11-15T14:00:00Z to 2026-11-15T15:00:00Z");
            assertThat(spend("team&against=week&from=now-1h").path("not_compared").isNull())
                    .isTrue();
        } finally {
            fixture.sql("DELETE FROM store.system_window WHERE window_start < '2026-10-01'");
        }
    }
}
