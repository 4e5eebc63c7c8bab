package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.client.Budgets;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.contract.budgets.BudgetState;
import io.agentanalytics.contract.budgets.BudgetStatus;
import io.agentanalytics.contract.budgets.BudgetSubject;
import io.agentanalytics.local.embedded.LocalStack;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A budget from its definition over HTTP, through Kafka, the job and Postgres, to its readers: a
 * client, the API, and the hooks of Claude Code.
 */
class BudgetLoopTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final BudgetSubject SEARCH =
            BudgetSubject.agent("reviewer", "worker", Map.of("team", "search"));

    @TempDir Path directory;

    @Test
    void aTeamThatSpentItsLimit_isStoppedEverywhere() throws Exception {
        LocalStack.PortPlan ports = LocalStack.PortPlan.free();
        var plan =
                new LocalStack.StackPlan(
                        PreparedData.in(directory),
                        ports,
                        false,
                        1,
                        List.of("--dimensions", "team"),
                        true,
                        NotifyOptions.NONE);
        try (LocalStack stack = LocalStack.start(plan, Clock.systemUTC(), step -> {});
                Budgets budgets = Budgets.follow(Map.of("bootstrap.servers", stack.bootstrap()))) {
            String api = "http://127.0.0.1:" + ports.api() + "/api/analytics/budgets";
            assertThat(put(api, budget("search", "'team': 'search'")).statusCode()).isEqualTo(200);
            assertThat(put(api, budget("fleet", "")).statusCode()).isEqualTo(200);
            awaitState(budgets, "search", BudgetState.OK);

            send(stack, call("c1", "search", 6));
            send(stack, call("c1", "search", 6)); // a duplicate
            send(stack, call("c2", "ads", 3));
            awaitState(budgets, "fleet", BudgetState.SOFT);
            assertThat(budgets.stopsStart(SEARCH)).isEmpty();
            assertThat(hook(stack, "UserPromptSubmit")).isEqualTo("{}");

            send(stack, call("c3", "search", 4));
            BudgetStatus search = awaitState(budgets, "search", BudgetState.HARD);
            assertThat(search.spentUsd()).isEqualByComparingTo(new BigDecimal("10"));
            assertThat(budgets.stopsWork(SEARCH)).isPresent();
            awaitState(budgets, "fleet", BudgetState.HARD);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> hook(stack, "UserPromptSubmit").contains("Budget 'fleet'"));
            assertThat(hook(stack, "PreToolUse")).contains("\"permissionDecision\":\"deny\"");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> get(api + "/search").contains("\"state\":\"hard\""));
            assertThat(get(api + "/search")).contains("\"spent_usd\":10.000000000");
            assertThat(get(api + "/search/periods")).contains("\"state\":\"hard\"");
            HttpResponse<String> wrong = put(api, budget("repo", "'repo': 'a'"));
            assertThat(wrong.statusCode()).isEqualTo(400);
            assertThat(wrong.body()).contains("invalid_budget", "--dimensions team,repo");

            assertThat(delete(api + "/search")).isEqualTo(204);
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !budgets.all().containsKey("search"));
        }
    }

    private static String budget(String id, String match) {
        return "{'budget_id': '%s', 'match': {%s}, 'hard_usd': 10, 'enforce': true}"
                .formatted(id, match)
                .replace('\'', '"');
    }

    private static BudgetStatus awaitState(Budgets budgets, String id, BudgetState state) {
        return await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> budgets.all().get(id),
                        status -> status != null && status.state() == state);
    }

    private static byte[] call(String id, String team, int usd) {
        return EventEncoder.encode(
                new TaskEventBuilder(
                                EventType.LLM_CALL,
                                id,
                                Clock.systemUTC().instant(),
                                "task-" + id,
                                "reviewer")
                        .on("openai", "gpt-5")
                        .costNanos(usd * 1_000_000_000L)
                        .tags(Map.of("team", team))
                        .build());
    }

    private static void send(LocalStack stack, byte[] event) throws Exception {
        HttpResponse<String> answer =
                post(stack.intakeAddress() + "/events", new String(event, StandardCharsets.UTF_8));
        assertThat(answer.body()).contains("\"accepted\":1");
    }

    private static String hook(LocalStack stack, String name) throws Exception {
        String body = "{\"hook_event_name\":\"%s\",\"session_id\":\"s\"}".formatted(name);
        return post(stack.intakeAddress() + "/hooks/claude-code", body).body();
    }

    private static HttpResponse<String> put(String uri, String body) throws Exception {
        return send(request(uri).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static HttpResponse<String> post(String uri, String body) throws Exception {
        return send(request(uri).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String get(String uri) throws Exception {
        return send(request(uri).GET()).body();
    }

    private static int delete(String uri) throws Exception {
        return send(request(uri).DELETE()).statusCode();
    }

    private static HttpRequest.Builder request(String uri) {
        return HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
