package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Weights over HTTP, as a router without a Kafka client follows them. */
@Timeout(180)
class RouterWeightsTest {
    private static final String GLOBAL = "/api/analytics/weights/global";
    private static final String VERSION = "W/\"12\"";

    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    @BeforeEach
    void decide() throws Exception {
        fixture.sql("TRUNCATE store.weight_decisions, store.provider_weights");
        fixture.fillWeights();
        fixture.sql("UPDATE store.weight_decisions SET unnamed = 0.02");
        // The API may have read the row between the two statements.
        await().atMost(Duration.ofSeconds(10))
                .until(() -> fixture.get(GLOBAL).body().contains("\"unnamed\":0.02"));
        awaitVersion(VERSION);
    }

    private static void awaitVersion(String etag) {
        await().atMost(Duration.ofSeconds(10))
                .until(
                        () -> fixture.get(GLOBAL).headers().firstValue("ETag").orElse(""),
                        etag::equals);
    }

    private static void set(String assignments) throws SQLException {
        fixture.sql("UPDATE store.weight_decisions SET " + assignments);
    }

    private static CompletableFuture<HttpResponse<String>> waiting(int seconds, String etag) {
        return ApiFixture.CLIENT.sendAsync(
                HttpRequest.newBuilder(fixture.uri(GLOBAL + "?wait=" + seconds))
                        .header("If-None-Match", etag)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static double waitingRequests() throws Exception {
        return fixture.get("/metrics")
                .body()
                .lines()
                .filter(l -> l.startsWith("http_server_weights_waiting "))
                .mapToDouble(l -> Double.parseDouble(l.split(" ", -1)[1]))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitWaiting(int requests) {
        await().atMost(Duration.ofSeconds(10)).until(() -> waitingRequests() == requests);
    }

    @Test
    void theDecisionIsReturnedAsJson() throws Exception {
        HttpResponse<String> answer = fixture.get(GLOBAL);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("ETag")).hasValue(VERSION);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("max-age=55");
        assertThat(answer.body())
                .isEqualTo(
                        "{\"scope\":\"global\",\"version\":12,\"mode\":\"live\","
                                + "\"produced_at\":\"2026-11-22T14:30:15Z\","
                                + "\"valid_until\":\"2026-11-22T14:31:15Z\","
                                + "\"weights\":{\"openai\":0.02,\"anthropic\":0.98},"
                                + "\"unnamed\":0.02,\"expired\":false}");
    }

    @Test
    void theKnownVersionIsNotSentAgain() throws Exception {
        HttpResponse<String> answer = fixture.get(GLOBAL, "If-None-Match", VERSION);
        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(fixture.get(GLOBAL, "If-None-Match", "W/\"11\"").statusCode()).isEqualTo(200);
    }

    @Test
    void anExpiredDecisionIsMarked_andHasAnotherEtag() throws Exception {
        set("valid_until = '2026-11-22T14:30:19Z'");
        awaitVersion("W/\"12-expired\"");
        HttpResponse<String> answer = fixture.get(GLOBAL, "If-None-Match", VERSION);
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("max-age=0");
        assertThat(ApiFixture.json(answer).path("expired").asBoolean()).isTrue();
    }

    @Test
    void withdrawnWeightsAreEmpty() throws Exception {
        set("mode = 'clear', version = 13");
        awaitVersion("W/\"13\"");
        JsonNode answer = ApiFixture.json(fixture.get(GLOBAL));
        assertThat(answer.path("mode").asText()).isEqualTo("clear");
        assertThat(answer.path("weights")).isEmpty();
    }

    @Test
    void unknownScopes_areRefusedWithTheKnownOnes() throws Exception {
        HttpResponse<String> answer = fixture.get("/api/analytics/weights/agent_type:none");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValue("application/problem+json");
        assertThat(ApiFixture.json(answer).path("detail").asText())
                .isEqualTo("Nothing was decided for 'agent_type:none'; known scopes are global.");
        assertThat(fixture.get("/api/analytics/weights/nobody").statusCode()).isEqualTo(400);
        assertThat(fixture.get(GLOBAL + "?wait=61").statusCode()).isEqualTo(400);
    }

    @Test
    void aWaitingRequestReturnsWithTheNextVersion() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = waiting(60, VERSION);
        awaitWaiting(1);
        assertThat(answer).isNotDone();
        long changed = System.nanoTime();
        set("version = 13, weights = '{\"openai\": 1}'");
        HttpResponse<String> next = answer.get(5, TimeUnit.SECONDS);
        assertThat(Duration.ofNanos(System.nanoTime() - changed)).isLessThan(Duration.ofSeconds(3));
        assertThat(next.headers().firstValue("ETag")).hasValue("W/\"13\"");
        assertThat(next.headers().firstValue("Cache-Control")).hasValue("no-cache");
        assertThat(ApiFixture.json(next).path("weights").path("openai").asInt()).isEqualTo(1);
    }

    @Test
    void withoutAChange_aWaitingRequestReturnsAtTheEnd() throws Exception {
        HttpResponse<String> answer = waiting(1, VERSION).get(10, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.headers().firstValue("ETag")).hasValue(VERSION);
    }

    /** Longer than the server keeps an idle connection open. */
    @Test
    void theConnectionOutlastsTheWait() throws Exception {
        HttpResponse<String> answer = waiting(40, VERSION).get(60, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(304);
    }

    @Test
    void aRequestWithAnotherVersion_doesNotWait() throws Exception {
        HttpResponse<String> answer = waiting(60, "W/\"11\"").get(5, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(fixture.get(GLOBAL + "?wait=60").statusCode()).isEqualTo(200);
    }

    @Test
    void aScopeThatIsForgottenMeanwhile_isNotFound() throws Exception {
        CompletableFuture<HttpResponse<String>> answer = waiting(60, VERSION);
        awaitWaiting(1);
        fixture.sql("TRUNCATE store.weight_decisions");
        assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(404);
        assertThat(fixture.get(GLOBAL, "If-None-Match", VERSION).statusCode()).isEqualTo(404);
    }

    /** More requests than the pool has connections or the server has threads. */
    @Test
    @ResourceLock("threads of the server")
    void waitingRequestsHoldNoThreads_andAreLimited() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            answers.add(waiting(60, VERSION));
        }
        awaitWaiting(100);
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(t -> t.getName().contains("Jetty"))
                .hasSizeLessThan(60);
        HttpResponse<String> refused = waiting(60, VERSION).get(5, TimeUnit.SECONDS);
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(ApiFixture.json(refused).path("code").asText()).isEqualTo("too_many_waiting");
        set("version = 13");
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            assertThat(answer.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        awaitWaiting(0);
    }
}
