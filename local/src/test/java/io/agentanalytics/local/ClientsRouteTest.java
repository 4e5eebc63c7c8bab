package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The reports of the intake, through Kafka and the API, and the command that waits for them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientsRouteTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir static Path directory;
    private static ClientsFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ClientsFixture.start(directory);
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(
                                        URI.create(fixture.address() + "/api/analytics/" + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode clients() throws Exception {
        return JSON.readTree(get("clients").body());
    }

    private static JsonNode client(String name) throws Exception {
        for (JsonNode client : clients().path("clients")) {
            if (client.path("client").asText().equals(name)) {
                return client;
            }
        }
        return JSON.missingNode();
    }

    private record Run(int code, String printed) {}

    private static Run check(String client, int seconds) {
        StringWriter out = new StringWriter();
        CommandLine line = AgentAnalytics.line().setOut(new PrintWriter(out));
        int code =
                line.execute(
                        "connect",
                        client,
                        "--check",
                        "--api=" + fixture.address(),
                        "--timeout=" + seconds);
        return new Run(code, out.toString());
    }

    @Test
    @Order(1)
    void withoutAClient_theListIsEmptyAndComplete() {
        await().atMost(Duration.ofMinutes(1)).until(() -> clients().path("complete").asBoolean());
        Run run = check("qwen", 0);
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.printed()).contains("nothing of Qwen Code", "connect qwen");
    }

    @Test
    @Order(2)
    void instancesAreAddedUp_andMissingSignalsAreNamed() throws Exception {
        Instant now = Instant.now();
        fixture.report("a", "claude-code", now, "logs:counted=12");
        fixture.report("b", "claude-code", now, "metrics:ignored_duplicate_signal=40");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> client("claude-code").path("received").asLong() == 52);
        JsonNode seen = client("claude-code");
        assertThat(seen.path("counted").asLong()).isEqualTo(12);
        assertThat(seen.at("/signals/logs/outcomes/counted").asLong()).isEqualTo(12);
        assertThat(seen.at("/dropped/ignored_duplicate_signal").asLong()).isEqualTo(40);
        assertThat(seen.at("/missing/0/setting").asText()).contains("StopFailure");
        assertThat(seen.path("failures").asText()).isEqualTo("calls");
        assertThat(seen.path("hint").isNull()).isTrue();
    }

    @Test
    @Order(3)
    void checkReportsReceivedAndMissingSignals() {
        Run run = check("claude-code", 60);
        assertThat(run.code()).isZero();
        assertThat(run.printed())
                .contains("received from claude-code 2.1", "logs     12 counted", "missing: ends")
                .contains("-> set the hooks Stop and StopFailure");
    }

    @Test
    @Order(4)
    void aBrokenReportIsIgnored_andARemovedKeyForgotten() throws Exception {
        fixture.send("x", new byte[] {'{'});
        fixture.send("b|claude-code|2.1", null);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> client("claude-code").path("received").asLong() == 12);
    }

    @Test
    @Order(5)
    void guidesContainTheCommands() throws Exception {
        JsonNode guide =
                JSON.readTree(get("connect/codex?endpoint=http://intake:4318&token=true").body());
        assertThat(guide.at("/steps/0/text").asText()).contains("http://intake:4318/v1/logs");
        assertThat(guide.at("/steps/1/text").asText()).contains("$(cat TOKEN_FILE)");
        assertThat(get("connect/nobody").statusCode()).isEqualTo(404);
        assertThat(get("connect/codex?token=maybe").statusCode()).isEqualTo(400);
        HttpResponse<String> refused = get("connect/codex?endpoint=http://a%22;rm");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("bad_endpoint", "http://127.0.0.1:4318");
    }

    private static JsonNode health() throws Exception {
        return JSON.readTree(get("health").body());
    }

    @Test
    @Order(6)
    void deadLettersOfAllWritersAreInHealthOnce() throws Exception {
        fixture.deadLetter(Map.of("code", "bad_time", "topic", "intake"));
        fixture.deadLetter(Map.of("code", "out_of_range", "topic", "intake"));
        // The job counts its own in Postgres.
        fixture.deadLetter(Map.of("code", "bad_time", "append_time_ms", "1764230400000"));
        fixture.countedByTheJob("bad_time", 2);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(health().path("dead_letters24h"))
                                        .hasToString("{\"bad_time\":3,\"out_of_range\":1}"));
        assertThat(health().path("dead_letters_complete").asBoolean()).isTrue();
        assertThat(
                        HttpClient.newHttpClient()
                                .send(
                                        HttpRequest.newBuilder(
                                                        URI.create(fixture.address() + "/metrics"))
                                                .build(),
                                        HttpResponse.BodyHandlers.ofString())
                                .body())
                .contains("agent_analytics_dead_letters_last_day{code=\"bad_time\"} 3");
    }

    @Test
    @Order(7)
    void withoutKafka_theKnownClientsAreReturned() throws Exception {
        fixture.kafka.close();
        await().atMost(Duration.ofMinutes(1)).until(() -> !clients().path("complete").asBoolean());
        assertThat(client("claude-code").path("counted").asLong()).isEqualTo(12);
        await().atMost(Duration.ofMinutes(1))
                .until(() -> !health().path("dead_letters_complete").asBoolean());
    }
}
