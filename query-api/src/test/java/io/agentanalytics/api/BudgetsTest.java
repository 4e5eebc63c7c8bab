package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets over HTTP, as clients request them before they start work. */
@Timeout(180)
class BudgetsTest {
    private static final String BUDGETS = "/api/analytics/budgets";

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillBudgets();
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @Test
    void amountsAreExact_andADeletedBudgetIsNotListed() throws Exception {
        JsonNode answer = ApiFixture.json(fixture.get(BUDGETS));
        assertThat(answer.path("budgets")).hasSize(1);
        assertThat(answer.path("next_cursor").isNull()).isTrue();
        assertThat(fixture.get(BUDGETS).body()).contains("\"spent_usd\":9.000000001");
        assertThat(answer.at("/budgets/0/unpriced_requests").asInt()).isEqualTo(3);
        HttpResponse<String> gone = fixture.get(BUDGETS + "/gone");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(ApiFixture.json(gone).path("detail").asText())
                .isEqualTo("There is no budget 'gone'; GET /api/analytics/budgets lists them.");
    }

    @Test
    void pagesFollowEachOther() throws Exception {
        fixture.sql(
                "INSERT INTO store.budgets SELECT 'a' || i, 1, jsonb_set(status, '{budget_id}',"
                        + " to_jsonb('a' || i)) FROM store.budgets, generate_series(1, 3) i WHERE"
                        + " budget_id = 'search'");
        JsonNode first = ApiFixture.json(fixture.get(BUDGETS + "?limit=3"));
        assertThat(first.path("budgets").findValuesAsText("budget_id"))
                .containsExactly("a1", "a2", "a3");
        String next = first.path("next_cursor").asText();
        JsonNode second = ApiFixture.json(fixture.get(BUDGETS + "?limit=3&cursor=" + next));
        assertThat(second.path("budgets").findValuesAsText("budget_id")).containsExactly("search");
        assertThat(fixture.get(BUDGETS + "?cursor=%21").statusCode()).isEqualTo(400);
        fixture.sql("DELETE FROM store.budgets WHERE budget_id LIKE 'a%'");
    }

    @Test
    void aKnownVersionIsNotSentAgain_andAWaitingRequestReturnsWithTheNextOne() throws Exception {
        HttpResponse<String> answer = fixture.get(BUDGETS + "/search");
        String etag = answer.headers().firstValue("ETag").orElseThrow();
        assertThat(etag).isEqualTo("W/\"12\"");
        assertThat(fixture.get(BUDGETS + "/search", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        CompletableFuture<HttpResponse<String>> waiting =
                ApiFixture.CLIENT.sendAsync(
                        HttpRequest.newBuilder(fixture.uri(BUDGETS + "/search?wait=60"))
                                .header("If-None-Match", etag)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        fixture.sql(
                "UPDATE store.budgets SET version = 13, status = status || '{\"version\": 13,"
                        + " \"state\": \"ok\"}' WHERE budget_id = 'search'");
        HttpResponse<String> next = waiting.get(30, TimeUnit.SECONDS);
        assertThat(ApiFixture.json(next).path("state").asText()).isEqualTo("ok");
        fixture.sql(
                "UPDATE store.budgets SET version = 12, status = status || '{\"version\": 12,"
                        + " \"state\": \"hard\"}' WHERE budget_id = 'search'");
        await().atMost(Duration.ofSeconds(10))
                .until(
                        () ->
                                fixture.get(BUDGETS + "/search", "If-None-Match", etag).statusCode()
                                        == 304);
    }

    @Test
    void periodsAreListed_theNewestFirst() throws Exception {
        JsonNode answer = ApiFixture.json(fixture.get(BUDGETS + "/search/periods"));
        assertThat(answer.path("periods").findValuesAsText("period_start"))
                .containsExactly("2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z");
        assertThat(answer.at("/periods/0/unpriced_requests").asInt()).isEqualTo(3);
        assertThat(answer.at("/periods/1/unpriced_requests").isNull()).isTrue();
        assertThat(fixture.get(BUDGETS + "/none/periods").statusCode()).isEqualTo(404);
    }
}
