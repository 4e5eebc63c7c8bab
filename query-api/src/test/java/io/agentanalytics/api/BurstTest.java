package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Thousands of agents that first appeared within a minute: Postgres has no statistics of them yet.
 */
class BurstTest {
    private static final int AGENTS = 20_000;
    @TempDir static Path directory;
    private static ApiFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.sql("ALTER SYSTEM SET autovacuum = off");
        fixture.sql("SELECT pg_reload_conf()");
        fixture.sql(
                """
                INSERT INTO store.agents SELECT 'burst-' || n, 'type-' || n %% 7,
                    jsonb_build_object('team', 'team-' || n %% 9),
                    '2026-11-22T14:26:00Z', '2026-11-22T14:30:00Z', 0, 1, 0, 1
                    FROM generate_series(1, %1$d) AS n;
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type,
                    provider, model, closed, epoch, seen,
                    requests, tasks, tasks_succeeded, task_cost_reported, request_latency,
                    task_duration)
                SELECT granularity, date_bin(granularity * interval '1 second',
                    '2026-11-22T14:22:00Z', 'epoch'), 'burst-' || n, 'type-' || n %% 7,
                    'openai', 'gpt-5', true, 0, 1, 1, 1, 1, 0.0001 * n, '', ''
                FROM generate_series(1, %1$d) AS n, unnest(ARRAY[60, 300]) AS granularity;
                """
                        .formatted(AGENTS));
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dashboard-data?limit=1000",
                "agents",
                "overview",
                "groups?by=tag:team",
                "export?table=agents&format=ndjson"
            })
    void isAnswered(String question) throws Exception {
        HttpResponse<String> answer =
                fixture.get("/api/analytics/" + question, "Cache-Control", "no-cache");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    @Test
    void theMostExpensiveComeFirst_andAllAreCounted() throws Exception {
        var agents = ApiFixture.json(fixture.get("/api/analytics/agents?limit=2"));
        assertThat(agents.path("total").asInt()).isEqualTo(AGENTS + 1);
        assertThat(agents.path("agents").get(0).path("agent_id").asText())
                .isEqualTo("burst-" + AGENTS);
        assertThat(agents.path("agents").get(1).path("tasks").asInt()).isEqualTo(1);
        assertThat(
                        ApiFixture.json(fixture.get("/api/analytics/overview"))
                                .path("active_agents")
                                .asInt())
                .isEqualTo(AGENTS + 1);
    }
}
