package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks without an end: they are found, but are neither successes nor failures. */
class AbandonedTasksTest {
    private static final String INSIGHTS = "insights?from=now-1d&error_rate=0.05";

    @TempDir static Path directory;
    private static ApiFixture fixture;
    private static JsonNode insightsBefore;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        fixture.fillOutcomes();
        insightsBefore = ok(INSIGHTS).path("insights");
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen,
                    input_tokens, cached_input_tokens)
                SELECT 'lost' || n, '2026-11-22T14:00:00Z'::timestamptz + n * interval '1 second',
                    'openai-agent', 'solver', 'lost' || n, 'openai', 'expensive', 'abandoned',
                    1, 0, 4, 0, 0, '9999-12-31T00:00:00Z', false, 0, 1, 1000000, 0
                FROM generate_series(1, 500) n;
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    parent_task_id, root_task_id, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen)
                VALUES
                ('top', '2026-11-21T14:09:00Z', 'a', 't', NULL, 'top', 'succeeded', 1, 0, 1, 0, 0,
                    '2026-11-21T15:09:00Z', false, 0, 1),
                ('left', '2026-11-21T14:05:00Z', 'a', 't', 'top', 'top', 'abandoned', 1, 0, 2, 0, 0,
                    '9999-12-31T00:00:00Z', false, 0, 1),
                ('below left', '2026-11-21T14:04:00Z', 'a', 't', 'left', 'top', 'succeeded', 1, 0,
                    4, 0, 0, '2026-11-21T15:04:00Z', false, 0, 1),
                ('orphan', '2026-11-21T14:03:00Z', 'a', 't', 'running', 'top', 'succeeded', 1, 0,
                    8, 0, 0, '2026-11-21T15:03:00Z', false, 0, 1),
                ('below orphan', '2026-11-21T14:02:00Z', 'a', 't', 'orphan', 'top', 'succeeded', 1,
                    0, 16, 0, 0, '2026-11-21T15:02:00Z', false, 0, 1),
                ('late calls', '2026-11-21T14:00:00Z', 'a', 't', NULL, 'late calls', 'succeeded', 1,
                    0, 1, 0, 0, '2026-11-21T14:00:00Z', false, 0, 1),
                ('late calls', '2026-11-21T14:30:00Z', 'a', 't', NULL, 'late calls', 'abandoned', 1,
                    0, 32, 0, 0, '9999-12-31T00:00:00Z', false, 0, 1);
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success, counted)
                VALUES ('left', '2026-11-21T14:50:00Z', 'v1', true, false),
                    ('late calls', '2026-11-21T14:50:00Z', 'v2', false, false);
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static JsonNode ok(String question) throws Exception {
        var response = fixture.get("/api/analytics/" + question);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return ApiFixture.JSON.readTree(response.body());
    }

    @Test
    void theyAreFoundByTheirOutcome() throws Exception {
        String range = "from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z";
        assertThat(ok("tasks?outcome=abandoned&" + range).path("tasks").findValuesAsText("task_id"))
                .containsExactly("late calls", "left");
        assertThat(ok("tasks?where=outcome=abandoned&" + range).path("tasks")).hasSize(2);
        assertThat(fixture.get("/api/analytics/export?table=tasks&" + range).body())
                .contains("left,", ",abandoned,");
    }

    @Test
    void theyChangeNoInsight() throws Exception {
        assertThat(insightsBefore).isNotEmpty();
        String notCached = INSIGHTS.replace("now-1d", "now-24h");
        assertThat(ok(notCached).path("insights")).isEqualTo(insightsBefore);
    }

    @Test
    void noVerdictJudgesThem_butTheRunThatEnded() throws Exception {
        assertThat(ok("tasks/left").path("outcome").asText()).isEqualTo("abandoned");
        JsonNode ended = ok("tasks/late%20calls");
        assertThat(ended.path("ended_at").asText()).startsWith("2026-11-21T14:00:00");
        assertThat(ended.path("outcome").asText()).isEqualTo("failed");
        String ofView =
                "SELECT task_id || ' ' || outcome FROM public.tasks"
                        + " WHERE task_id IN ('left', 'late calls') ORDER BY 1";
        var jdbi = Jdbi.create(fixture.postgres.getPostgresDatabase());
        List<String> viewed =
                jdbi.withHandle(handle -> handle.createQuery(ofView).mapTo(String.class).list());
        assertThat(viewed)
                .containsExactly("late calls abandoned", "late calls failed", "left abandoned");
    }

    @Test
    void aTree_includesTheTasksBelowOneWithoutARow() throws Exception {
        JsonNode tree = ok("tasks/top").path("tree");
        assertThat(tree.path("descendants").findValuesAsText("task_id"))
                .containsExactly("left", "below left", "orphan", "below orphan");
        assertThat(tree.path("descendants").findValuesAsText("depth"))
                .containsExactly("1", "2", "2", "3");
        assertThat(tree.path("cost_with_descendants_usd").asInt()).isEqualTo(31);
        assertThat(tree.path("complete").asBoolean()).isTrue();
    }
}
