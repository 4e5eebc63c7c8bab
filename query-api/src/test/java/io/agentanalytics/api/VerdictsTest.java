package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.query.Verdicts;
import java.io.IOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The outcome of a task after verdicts is the same in every statement. */
class VerdictsTest {
    /** The outcome in the row, which includes verdicts until 14:12; later ones correct it. */
    private static final Map<String, String> EXPECTED = new LinkedHashMap<>();

    static {
        EXPECTED.put("plain-good", "succeeded");
        EXPECTED.put("plain-bad", "failed");
        EXPECTED.put("included", "succeeded");
        EXPECTED.put("corrected", "failed");
        EXPECTED.put("restored", "succeeded");
        EXPECTED.put("tie", "failed");
        EXPECTED.put("judged", "succeeded");
        EXPECTED.put("unreported", "unreported");
        EXPECTED.put("abandoned", "abandoned");
        EXPECTED.put("cancelled", "cancelled");
        EXPECTED.put("cancelled-judged", "failed");
    }

    @TempDir static Path directory;
    private static ApiFixture fixture;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        jdbi = Jdbi.create(fixture.postgres.getPostgresDatabase());
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT id, '2026-11-22T14:10:00Z', 'v', 'judge', id, 'p', 'm', outcome, 1, 0, 1, 0,
                    0, '2026-11-22T14:12:00Z', false, 0, 1
                FROM (VALUES ('plain-good', 'succeeded'), ('plain-bad', 'failed'),
                    ('included', 'succeeded'), ('corrected', 'succeeded'),
                    ('restored', 'succeeded'), ('tie', 'succeeded'), ('judged', 'unreported'),
                    ('unreported', 'unreported'), ('abandoned', 'abandoned'),
                    ('cancelled', 'cancelled'), ('cancelled-judged', 'cancelled'))
                    AS t (id, outcome);
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success) VALUES
                    ('included', '2026-11-22T14:12:00Z', 'a', false),
                    ('corrected', '2026-11-22T14:13:00Z', 'a', false),
                    ('restored', '2026-11-22T14:13:00Z', 'a', false),
                    ('restored', '2026-11-22T14:13:01Z', 'a', true),
                    ('tie', '2026-11-22T14:13:00Z', 'a', true),
                    ('tie', '2026-11-22T14:13:00Z', 'b', false),
                    ('judged', '2026-11-22T14:13:00Z', 'a', true),
                    ('cancelled-judged', '2026-11-22T14:13:00Z', 'a', false);
                """);
    }

    @AfterAll
    static void stop() throws IOException {
        fixture.close();
    }

    private static Map<String, String> outcomes(String expression, String join) {
        String sql =
                "SELECT t.task_id, %s AS outcome FROM store.task_execution_timeline t %s"
                                .formatted(expression, join)
                        + " WHERE t.agent_id = 'v' AND t.ended_at >= :from";
        Map<String, String> found = new LinkedHashMap<>();
        jdbi.useHandle(
                h ->
                        h.createQuery(sql)
                                .bind("from", OffsetDateTime.parse("2026-11-22T14:00:00Z"))
                                .map(
                                        (row, context) ->
                                                found.put(row.getString(1), row.getString(2)))
                                .list());
        return found;
    }

    @Test
    void everyStatementHasTheSameOutcome() {
        assertThat(outcomes(Verdicts.OUTCOME, Verdicts.JOIN)).isEqualTo(EXPECTED);
        assertThat(outcomes(Verdicts.OUTCOME, Verdicts.JOIN_ALL)).isEqualTo(EXPECTED);
        assertThat(outcomes(Verdicts.OUTCOME_WITHOUT_JOIN, "")).isEqualTo(EXPECTED);
        Map<String, String> success = new LinkedHashMap<>();
        EXPECTED.forEach(
                (task, outcome) ->
                        success.put(
                                task,
                                outcome.equals("succeeded")
                                        ? "t"
                                        : outcome.equals("failed") ? "f" : null));
        assertThat(outcomes(Verdicts.SUCCESS, Verdicts.JOIN)).isEqualTo(success);
        assertThat(outcomes(Verdicts.SUCCESS, Verdicts.JOIN_ALL)).isEqualTo(success);
    }

    @Test
    void aVerdictOfAReusedId_correctsTheLastRunBeforeIt() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed, cost_reported, cost_priced,
                    requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT 'nightly', time, 'n', 'judge', 'nightly', 'succeeded', 1, 0, 1, 0, 0,
                    time + interval '1 minute', false, 0, 1
                FROM unnest(ARRAY[timestamptz '2026-11-22T14:01Z', '2026-11-22T14:03Z',
                    '2026-11-22T14:08Z']) AS time;
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success)
                VALUES ('nightly', '2026-11-22T14:06:00Z', 'a', false);
                """);
        for (String[] way :
                List.of(
                        new String[] {Verdicts.OUTCOME, Verdicts.JOIN},
                        new String[] {Verdicts.OUTCOME, Verdicts.JOIN_ALL},
                        new String[] {Verdicts.OUTCOME_WITHOUT_JOIN, ""})) {
            String sql =
                    "SELECT %s AS outcome FROM store.task_execution_timeline t %s"
                                    .formatted(way[0], way[1])
                            + " WHERE t.agent_id = 'n' AND t.ended_at >= :from ORDER BY t.ended_at";
            OffsetDateTime from = OffsetDateTime.parse("2026-11-22T14:00:00Z");
            List<String> runs =
                    jdbi.withHandle(
                            h -> h.createQuery(sql).bind("from", from).mapTo(String.class).list());
            assertThat(runs).containsExactly("succeeded", "failed", "succeeded");
        }
    }

    @Test
    void figuresContainLateVerdicts_howeverManyThereAre() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type,
                    provider, model, closed, epoch, seen, tasks, tasks_succeeded, tasks_failed,
                    tasks_cancelled, request_latency, task_duration)
                SELECT seconds, '2026-11-22T14:10:00Z', 'v', 'judge', 'p', 'm', true, 0, 1, 10, 5, 1,
                    2, '', ''
                FROM unnest(ARRAY[60, 300]) AS seconds
                """);
        assertThat(counts()).isEqualTo(Map.of("succeeded", 4, "failed", 4, "cancelled", 1));
        fixture.sql(
                """
                INSERT INTO store.task_verdicts (task_id, verdict_at, event_id, success)
                SELECT 'unknown-' || n, '2026-11-22T14:11:00Z', 'u', true
                FROM generate_series(0, 1000) n
                """);
        fixture.sql("UPDATE store.task_verdicts SET success = success WHERE event_id <> 'u'");
        assertThat(counts()).isEqualTo(Map.of("succeeded", 4, "failed", 4, "cancelled", 1));
    }

    /** Returns the outcomes of the agent in a list, which are those of its own answer. */
    private static Map<String, Integer> counts() throws Exception {
        JsonNode listed = newest("agents?from=now-1h&where=agent_id=v").path("agents").get(0);
        JsonNode answer = newest("agents/v?from=now-1h");
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String outcome : List.of("succeeded", "failed", "cancelled")) {
            int count = listed.path(outcome).asInt();
            assertThat(answer.path("agent").path(outcome).asInt()).isEqualTo(count);
            counts.put(outcome, count);
        }
        int succeeded = 0;
        for (JsonNode point : answer.path("series")) {
            succeeded += point.path("succeeded").asInt();
        }
        assertThat(succeeded).isEqualTo(counts.get("succeeded"));
        return counts;
    }

    private static JsonNode newest(String path) throws Exception {
        return ApiFixture.json(fixture.get("/api/analytics/" + path, "Cache-Control", "no-cache"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"succeeded", "failed", "cancelled", "abandoned", "unreported"})
    void aSearchFindsTheTasksOfAnOutcome(String outcome) throws Exception {
        String path = "/api/analytics/tasks?from=now-1h&agent_id=v&where=outcome=" + outcome;
        JsonNode answer = ApiFixture.json(fixture.get(path));
        assertThat(answer.path("tasks").findValuesAsText("task_id"))
                .as(answer.toString())
                .containsExactlyInAnyOrderElementsOf(
                        EXPECTED.keySet().stream()
                                .filter(task -> EXPECTED.get(task).equals(outcome))
                                .toList());
    }

    /** A hundred agents of two models, none of which has enough tasks to be examined alone. */
    @Test
    void agentsWithFewTasks_countInTheirType() throws Exception {
        fixture.sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT 'few-' || n, '2026-11-22T14:10:00Z', 'few-' || n % 100, 'swarm', 'few-' || n,
                    'p', CASE WHEN n % 2 = 0 THEN 'dear' ELSE 'cheap' END, 'succeeded', 1, 0,
                    CASE WHEN n % 2 = 0 THEN 4 ELSE 1 END + n % 3, 0, 0, '2026-11-22T14:10:00Z',
                    false, 0, 1
                FROM generate_series(1, 1000) n
                """);
        JsonNode answer =
                ApiFixture.json(fixture.get("/api/analytics/insights?from=now-1h&error_rate=1"));
        assertThat(answer.path("complete").asBoolean()).isTrue();
        assertThat(answer.path("insights"))
                .filteredOn(i -> i.path("agent_type").asText().equals("swarm"))
                .singleElement()
                .satisfies(
                        i -> {
                            assertThat(i.path("id").asText())
                                    .isEqualTo("switch_model/swarm/p/dear");
                            assertThat(i.at("/tasks/now").asLong()).isEqualTo(500);
                            assertThat(i.at("/tasks/there").asLong()).isEqualTo(500);
                        });
    }
}
