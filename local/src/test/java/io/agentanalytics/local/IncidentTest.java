package io.agentanalytics.local;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEvent;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.simulator.EventPublisher;
import io.agentanalytics.simulator.Fault;
import io.agentanalytics.simulator.FaultKind;
import io.agentanalytics.simulator.Fleet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault from its first event to the end of its alert, in the page and in the API. */
class IncidentTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir static Path directory;
    private static LocalStack stack;
    private static EventPublisher publisher;
    private static Fleet fleet;
    private static TaskEvent next;

    @BeforeAll
    static void start() throws Exception {
        var plan =
                new LocalStack.StackPlan(
                        PreparedData.in(directory),
                        LocalStack.PortPlan.free(),
                        false,
                        2,
                        List.of());
        stack = LocalStack.start(plan, Clock.systemUTC(), step -> {});
        publisher = new EventPublisher(Map.of("bootstrap.servers", stack.bootstrap()));
        Instant now = Instant.now();
        Fault outage =
                new Fault(
                        FaultKind.PROVIDER_OUTAGE,
                        "openai",
                        now.minusSeconds(1800),
                        now.minusSeconds(1200));
        fleet = new Fleet(3, 16, now.minus(Duration.ofMinutes(80)), List.of(outage));
        next = fleet.next();
    }

    @AfterAll
    static void stop() {
        publisher.close();
        stack.close();
    }

    private static void sendUntil(Instant end) {
        while (next.timeMillis() < end.toEpochMilli()) {
            publisher.send(next);
            next = fleet.next();
        }
        publisher.flush();
    }

    private static JsonNode ask(String method, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(stack.address() + "/api/analytics/" + path))
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .header("Authorization", "Bearer " + stack.token())
                        .header("Content-Type", "application/json")
                        .header("Cache-Control", "no-cache")
                        .build();
        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }

    private static List<JsonNode> alerts(String query) throws Exception {
        List<JsonNode> alerts = new ArrayList<>();
        ask("GET", "alerts?from=now-24h&limit=1000&" + query, null)
                .path("alerts")
                .forEach(alerts::add);
        return alerts;
    }

    @Test
    void aFaultAppears_isAcknowledged_andResolves() throws Exception {
        sendUntil(Instant.now().minusSeconds(1320));
        await().atMost(Duration.ofMinutes(3))
                .until(() -> alerts("type=provider_issues&state=firing").size() == 1);
        try (Chromium chromium = Chromium.start()) {
            Page page = chromium.browser().newPage();
            List<String> complaints = new ArrayList<>();
            page.onPageError(complaints::add);
            page.navigate(stack.address() + "/analytics-dashboard/");
            assertThat(page.locator(".verdict h1")).containsText("OpenAI");
            page.getByText("Open incident").click();
            assertThat(page.locator("h1")).containsText("OpenAI");
            assertThat(page.getByText("What happened")).isVisible();
            acknowledge(page);
            assertThat(page.getByText("Acknowledged by", new Page.GetByTextOptions()).first())
                    .isVisible();
            BrowserTest.assertAccessible(page);
            BrowserTest.shoot(page, "incident");
            page.navigate(stack.address() + "/analytics-dashboard/?view=alerts");
            assertThat(page.getByText("Acknowledged").first()).isVisible();
            BrowserTest.assertAccessible(page);
            BrowserTest.shoot(page, "alerts");
            page.navigate(stack.address() + "/analytics-dashboard/?view=rules");
            assertThat(page.getByText("cost_spike", new Page.GetByTextOptions().setExact(true)))
                    .isVisible();
            BrowserTest.assertAccessible(page);
            sendUntil(Instant.now());
            page.navigate(stack.address() + "/analytics-dashboard/?view=alerts");
            page.waitForSelector("section[aria-label='Closed in this range']");
            assertThat(page.locator("section[aria-label='Closed in this range']"))
                    .containsText("OpenAI fails requests");
            assertThat(complaints).isEmpty();
        }
        JsonNode over = alerts("type=provider_issues").get(0);
        assertThat(over.path("state").asText()).isEqualTo("resolved");
        JsonNode history =
                ask("GET", "alerts/" + over.path("alert_id").asText(), null).path("history");
        assertThat(history.findValuesAsText("change"))
                .contains("pending", "fires", "acknowledged", "recovers", "resolves");
        for (JsonNode entry : history) {
            if (entry.path("change").asText().equals("acknowledged")) {
                assertThat(entry.path("by").asText()).contains("laptop");
            }
        }
        aRuleIsLiveWithinTwoSeconds();
        badControlsAreDeadLetters();
    }

    /** The page asks for a token, since changes need one. */
    private static void acknowledge(Page page) throws Exception {
        page.getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName("Acknowledge").setExact(true))
                .click();
        page.getByLabel("Token with the scope write").fill(stack.token());
        page.getByText("Continue").click();
    }

    private static void aRuleIsLiveWithinTwoSeconds() throws Exception {
        String rule =
                """
                {"rule_id": "cheap", "type": "cost_spike", "params": {"task_limit_usd": 0.5},
                 "match": {"agent_id": "live-rule"}}
                """;
        JsonNode made = ask("PUT", "alert-rules", rule).path("rules").get(0);
        assertThat(made.path("version").asInt()).isEqualTo(1);
        assertThat(made.path("changed_by").asText()).isEqualTo("laptop");
        assertThat(Instant.parse(made.path("changed_at").asText()))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(5));
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(100))
                .until(
                        () -> {
                            // Each attempt is another task: the first may arrive before the rule.
                            publisher.send(
                                    new TaskEventBuilder(
                                                    EventType.TASK_COMPLETED,
                                                    "e",
                                                    Instant.now(),
                                                    "live-" + System.nanoTime(),
                                                    "live-rule")
                                            .costNanos(600_000_000)
                                            .build());
                            publisher.flush();
                            return !alerts("agent_id=live-rule&rule_id=cheap").isEmpty();
                        });
        ask("DELETE", "alert-rules/cheap", null);
        assertThat(ask("GET", "alert-rules", null).path("rules").findValuesAsText("rule_id"))
                .doesNotContain("cheap");
    }

    /** Invalid records written to the topics directly are refused and counted by the job. */
    private static void badControlsAreDeadLetters() throws Exception {
        try (var raw =
                new org.apache.kafka.clients.producer.KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", stack.bootstrap()),
                        new org.apache.kafka.common.serialization.StringSerializer(),
                        new org.apache.kafka.common.serialization.StringSerializer())) {
            raw.send(
                    new org.apache.kafka.clients.producer.ProducerRecord<>(
                            "alert-rules", "x", "{\"rule_id\": \"x\", \"type\": \"no_such\"}"));
            raw.send(
                    new org.apache.kafka.clients.producer.ProducerRecord<>(
                            "alert-commands", "x", "not json"));
            raw.flush();
        }
        await().atMost(Duration.ofMinutes(3))
                .until(
                        () -> {
                            JsonNode counts = ask("GET", "health", null).path("dead_letters24h");
                            return counts.path("invalid_rule").asInt() == 1
                                    && counts.path("invalid_command").asInt() == 1;
                        });
    }
}
