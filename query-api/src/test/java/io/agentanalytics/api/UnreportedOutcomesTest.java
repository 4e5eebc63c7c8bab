package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Insights about an agent that does not report the outcome of all of its tasks. */
class UnreportedOutcomesTest {
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillOutcomes();
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model, outcome, duration_ms, calls, calls_failed,
                    cost_reported, cost_priced, requests_unpriced, verdict_until, retracted, epoch,
                    seen)
                SELECT 'u' || n, '2026-11-22T14:00:00Z'::timestamptz + n * interval '1 second',
                    'openai-agent', 'solver', 'u' || n, 'openai', 'expensive', 'unreported', 1000,
                    1, 0, 4, 0, 0, '2026-11-22T15:00:00Z', false, 0, 1
                FROM generate_series(1, 500) n;
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static List<JsonNode> insights(String kind, String levels) throws Exception {
        String body = fixture.get("/api/analytics/insights?from=now-1d&" + levels).body();
        List<JsonNode> found = new ArrayList<>();
        for (JsonNode insight : ApiFixture.JSON.readTree(body).path("insights")) {
            if (insight.path("kind").asText().equals(kind)) {
                found.add(insight);
            }
        }
        return found;
    }

    @Test
    void theyAreNoFailures() throws Exception {
        assertThat(insights("high_error_rate", "error_rate=0.2")).isEmpty();
        assertThat(insights("high_error_rate", "error_rate=0.05"))
                .filteredOn(i -> i.path("agent_id").asText().equals("openai-agent"))
                .singleElement()
                .satisfies(i -> assertThat(i.path("title").asText()).contains("fails in 10 %"))
                .satisfies(i -> assertThat(i.at("/tasks/now").asLong()).isEqualTo(1000));
    }

    /** Failures of a provider say nothing about the agent or its model. */
    @Test
    void failuresOfProvidersAndAccounts_areNoAdviceAboutAgents() throws Exception {
        int asked = 0;
        for (String error : List.of("503", "RateLimitError", "insufficient_quota")) {
            fixture.sql(
                    "UPDATE store.task_execution_timeline SET error_type = '%s' WHERE outcome = 'failed'"
                            .formatted(error));
            // Another level each time, because the API keeps answers for a moment.
            assertThat(insights("high_error_rate", "error_rate=0.04" + ++asked))
                    .as(error)
                    .isEmpty();
        }
        fixture.sql(
                "UPDATE store.task_execution_timeline SET error_type = NULL WHERE outcome = 'failed'");
        assertThat(insights("high_error_rate", "error_rate=0.049")).isNotEmpty();
    }

    @Test
    void theyCountInTheCostOfATask_notInThatOfASuccess() throws Exception {
        assertThat(insights("expensive_tasks", "task_cost_usd=1"))
                .singleElement()
                .satisfies(i -> assertThat(i.at("/tasks/now").asLong()).isEqualTo(1500));
        assertThat(insights("switch_model", "error_rate=0.2"))
                .singleElement()
                .satisfies(
                        i ->
                                assertThat(i.path("detail").asText())
                                        .startsWith("A solved task costs $0.561 with expensive"));
    }

    @Test
    void aLaterVerdict_takesTheirPlace() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type,
                    provider, model, closed, epoch, seen, tasks, request_latency, task_duration)
                VALUES (60, '2026-11-22T14:22:00Z', 'dim', 'solver', '', '', true, 0, 1, 3, '', '');
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed, cost_reported, cost_priced,
                    requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT 'dim' || n, '2026-11-22T14:22:30Z', 'dim', 'solver', 'dim' || n,
                    'unreported', 1, 0, 0, 0, 0, '2026-11-22T14:22:30Z', false, 0, 1
                FROM generate_series(1, 3) n;
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success)
                VALUES ('dim1', '2026-11-22T14:25:00Z', 'v1', true),
                    ('dim2', '2026-11-22T14:25:00Z', 'v2', false);
                """);
        String body = fixture.get("/api/analytics/agents/dim?from=now-1h").body();
        JsonNode agent = ApiFixture.JSON.readTree(body).path("agent");
        assertThat(agent.path("tasks").asLong()).as(body).isEqualTo(3);
        assertThat(agent.path("succeeded").asLong()).isEqualTo(1);
        assertThat(agent.path("failed").asLong()).isEqualTo(1);
        assertThat(agent.path("unreported").asLong()).isEqualTo(1);
        assertThat(agent.path("success_rate").asDouble()).isEqualTo(0.5);
    }

    /** Four tasks cost $8; one of them has no outcome, and two succeeded. */
    @Test
    void theirCostIsNotPartOfTheCostOfASuccess() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.dimension_window (granularity, window_start, dimension, value,
                    crossed_value, provider, model, closed, epoch, seen, tasks, tasks_succeeded,
                    tasks_failed, task_cost_reported, request_latency, task_duration)
                VALUES (60, '2026-11-22T14:22:00Z', 'agent_type', 'half-reported', '', 'openai',
                    'gpt-5', true, 0, 1, 4, 2, 1, 8, '', '')
                """);
        String body = fixture.get("/api/analytics/groups?by=agent_type&from=now-1h").body();
        for (JsonNode group : ApiFixture.JSON.readTree(body).path("groups")) {
            if (group.at("/group/agent_type").asText().equals("half-reported")) {
                assertThat(group.path("unreported").asLong()).isEqualTo(1);
                assertThat(group.path("cost_per_success_usd").asDouble()).isEqualTo(3);
                return;
            }
        }
        throw new AssertionError(body);
    }
}
