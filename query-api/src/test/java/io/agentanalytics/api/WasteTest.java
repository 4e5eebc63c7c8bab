package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Waste by pattern: sums, examples, order, pages and outdated findings. */
class WasteTest {
    private static final String API = "/api/analytics/";
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillFleet();
        fixture.fillWaste();
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static JsonNode ask(String path) throws Exception {
        HttpResponse<String> answer = fixture.get(API + path, "Cache-Control", "no-cache");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return ApiFixture.JSON
                .reader()
                .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .readTree(answer.body());
    }

    private static List<String> rows(JsonNode answer) {
        List<String> rows = new ArrayList<>();
        for (JsonNode row : answer.path("waste")) {
            rows.add(
                    "%s %s %s %s"
                            .formatted(
                                    row.path("pattern").asText(),
                                    row.path("agent_type").asText(),
                                    row.path("repo").asText(),
                                    row.path("cost_usd").decimalValue().toPlainString()));
        }
        return rows;
    }

    @Test
    void sumsAreExact_byPatternTypeAndRepo_theMostExpensiveFirst() throws Exception {
        JsonNode answer = ask("waste?from=now-1d");
        assertThat(rows(answer))
                .containsExactly(
                        "growing_context tester shop 2",
                        "tool_failures coder shop 0.750000003",
                        "tool_failures coder null 0.1");
        JsonNode failures = answer.path("waste").get(1);
        assertThat(failures.path("findings").asInt()).isEqualTo(3);
        assertThat(failures.path("tasks").asInt()).isEqualTo(2);
        assertThat(failures.path("calls").asInt()).isEqualTo(3 + 2 + 4);
        assertThat(failures.path("unpriced_calls").asInt()).isEqualTo(1);
        assertThat(failures.path("share").asDouble()).isBetween(0.263, 0.264);
        JsonNode example = failures.path("examples").get(0);
        assertThat(example.path("task_id").asText()).isEqualTo("m1");
        assertThat(example.path("tool").asText()).isEqualTo("Edit");
        assertThat(example.path("times").asInt()).isEqualTo(5);
        assertThat(example.path("cost_usd").decimalValue()).isEqualByComparingTo("0.75");
        assertThat(failures.path("examples").findValuesAsText("unpriced_calls"))
                .containsExactlyInAnyOrder("0", "1");
    }

    @Test
    void monthIsThePartOfTheRangeThatHasPassed_scaledToThirtyDays() throws Exception {
        JsonNode answer = ask("waste?from=2026-11-20T15:00:00Z&to=2026-11-22T15:00:00Z");
        assertThat(answer.path("month_days").asInt()).isEqualTo(30);
        Instant from = Instant.parse("2026-11-20T15:00:00Z");
        double days = Duration.between(from, ApiFixture.NOW).toSeconds() / 86_400.0;
        assertThat(answer.path("waste").get(0).path("cost_per_month_usd").asDouble())
                .isCloseTo(2 * 30 / days, within(0.01));
    }

    @Test
    void findingsOfAnEarlierVersionOfTheirTask_areIgnored() throws Exception {
        assertThat(ask("tasks/m4").path("waste")).isEmpty();
        fixture.sql("UPDATE store.task_execution_timeline SET seen = 2 WHERE task_id = 'm3'");
        assertThat(rows(ask("waste?from=now-1d")).get(0)).startsWith("tool_failures");
        fixture.sql("UPDATE store.task_execution_timeline SET seen = 1 WHERE task_id = 'm3'");
        assertThat(rows(ask("waste?from=now-1d")).get(0)).startsWith("growing_context");
    }

    @Test
    void rowsAreFiltered_andPaged() throws Exception {
        assertThat(rows(ask("waste?from=now-1d&filter=CODER"))).hasSize(2);
        String where = URLEncoder.encode("pattern=growing_context", StandardCharsets.UTF_8);
        JsonNode filtered = ask("waste?from=now-1d&where=" + where);
        assertThat(rows(filtered)).hasSize(1);
        assertThat(filtered.path("waste").get(0).path("share").asDouble()).isBetween(0.7, 0.71);
        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = ask("waste?from=now-1d&limit=1&sort=repo" + cursor);
            paged.addAll(rows(page));
            assertThat(page.path("total").asInt()).isEqualTo(3);
            cursor = "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.endsWith("null"));
        assertThat(paged).doesNotHaveDuplicates().hasSize(3);
        assertThat(paged.get(2)).contains(" null "); // unknown values come last
    }

    @Test
    void taskShowsItsFindings_withAdvice() throws Exception {
        JsonNode waste = ask("tasks/m1").path("waste");
        assertThat(waste).hasSize(2);
        assertThat(waste.get(1).path("title").asText()).isEqualTo("Same tool fails repeatedly");
        assertThat(waste.get(1).path("place").asInt()).isEqualTo(9);
        assertThat(waste.get(1).path("advice").asText()).endsWith(".");
    }

    @Test
    void unknownColumn_isRefusedWithTheKnownOnes() throws Exception {
        HttpResponse<String> answer = fixture.get(API + "waste?sort=dollars");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("bad_sort", "cost_usd");
    }
}
