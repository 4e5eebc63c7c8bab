package io.agentanalytics.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.notify.NotifyOptions;
import io.agentanalytics.contract.EventEncoder;
import io.agentanalytics.contract.EventType;
import io.agentanalytics.contract.Json;
import io.agentanalytics.contract.TaskEventBuilder;
import io.agentanalytics.local.embedded.LocalStack;
import io.agentanalytics.local.embedded.LocalStack.PortPlan;
import io.agentanalytics.local.embedded.LocalStack.StackPlan;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A runaway tree: from its events to the hook that stops its session, and its acknowledgement. */
class TreeStopTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String RULE =
            """
            {"rule_id": "small_trees", "type": "runaway_tree", "enforce": true,
             "match": {"agent_type": "coder"}, "params": {"max_agents": 5}}""";

    @TempDir Path directory;

    @Test
    void aTreeWithTooManyAgents_isStopped_untilItsAlertIsAcknowledged() throws Exception {
        PortPlan ports = PortPlan.free();
        var plan =
                new StackPlan(
                        PreparedData.in(directory),
                        ports,
                        false,
                        1,
                        List.of(),
                        true,
                        NotifyOptions.NONE);
        try (LocalStack stack = LocalStack.start(plan, Clock.systemUTC(), step -> {})) {
            String api = "http://127.0.0.1:" + ports.api() + "/api/analytics";
            assertThat(send(request(api + "/alert-rules").PUT(body(RULE))))
                    .contains("\"enforce\":true");
            started(stack, "root", "");
            for (int i = 0; i < 5; i++) {
                started(stack, "sub-" + i, "root");
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () -> {
                                started(
                                        stack,
                                        "sub-" + Instant.now(),
                                        "root"); // the work continues
                                return hook(stack, "session-1");
                            },
                            answer -> answer.contains("Task tree 'root' is stopped"));
            assertThat(hook(stack, "session-1")).contains("\"permissionDecision\":\"deny\"");
            assertThat(hook(stack, "session-2")).isEqualTo("{}");

            JsonNode alert =
                    await().atMost(Duration.ofSeconds(30))
                            .until(() -> alerts(api), all -> all.size() == 1)
                            .get(0);
            assertThat(alert.at("/evidence/tree/root_task_id").asText()).isEqualTo("root");
            assertThat(alert.at("/evidence/tree/session").asText()).isEqualTo("session-1");
            String id = alert.path("alert_id").asText();
            send(request(api + "/alerts/" + id + "/acknowledge").POST(body("{\"by\": \"kim\"}")));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> hook(stack, "session-1").equals("{}"));
        }
    }

    private static JsonNode alerts(String api) throws Exception {
        String answer = send(request(api + "/alerts?scope=task_line").GET());
        return Json.mapper().readTree(answer).path("alerts");
    }

    private static void started(LocalStack stack, String task, String parent) throws Exception {
        byte[] event =
                EventEncoder.encode(
                        new TaskEventBuilder(
                                        EventType.TASK_STARTED,
                                        task + "-start",
                                        Clock.systemUTC().instant(),
                                        task,
                                        "coder-1")
                                .agentType("coder")
                                .lineage(parent, "root")
                                .tags(Map.of("session", "session-1"))
                                .build());
        HttpRequest.BodyPublisher json = body(new String(event, StandardCharsets.UTF_8));
        assertThat(send(request(stack.intakeAddress() + "/events").POST(json)))
                .contains("\"accepted\":1");
    }

    private static String hook(LocalStack stack, String session) throws Exception {
        String question =
                "{\"hook_event_name\":\"PreToolUse\",\"session_id\":\"%s\"}".formatted(session);
        return send(request(stack.intakeAddress() + "/hooks/claude-code").POST(body(question)));
    }

    private static HttpRequest.BodyPublisher body(String text) {
        return HttpRequest.BodyPublishers.ofString(text);
    }

    private static HttpRequest.Builder request(String uri) {
        return HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30));
    }

    private static String send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
}
