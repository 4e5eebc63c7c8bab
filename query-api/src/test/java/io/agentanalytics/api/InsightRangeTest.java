package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.agentanalytics.api.insight.Insight;
import io.agentanalytics.api.insight.Levels;
import io.agentanalytics.api.query.Answers.InsightsAnswer;
import io.agentanalytics.api.query.InsightQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.PriceBook;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Insights about a range with more tasks than are examined. */
class InsightRangeTest {
    private static final Levels FAILURES = new Levels(0.25, 1e9, 1e6, 1);

    @TempDir static Path directory;
    private static ApiFixture fixture;
    private static Queries queries;

    /** In each of 20 minutes until 14:10, an agent failed 40 times. */
    @BeforeAll
    static void start() throws Exception {
        fixture = ApiFixture.start(directory);
        queries =
                new Queries(
                        Jdbi.create(fixture.postgres.getPostgresDatabase()),
                        ApiFixture.CLOCK,
                        PriceBook.standard());
        fixture.sql(
                """
                DELETE FROM store.system_window;
                INSERT INTO store.system_window (granularity, window_start, closed, epoch, seen,
                    request_latency, task_duration, tasks)
                SELECT 60, t, true, 0, 1, '', '', 40
                FROM generate_series('2026-11-22T13:50:00Z'::timestamptz,
                    '2026-11-22T14:09:00Z', interval '1 minute') t;
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, provider, model, outcome, calls, calls_failed, cost_reported,
                    cost_priced, requests_unpriced, verdict_until, retracted, epoch, seen)
                SELECT 'r-' || t || n, t, 'failing', 'r', 'r-' || t || n, 'p', 'm', 'failed', 1, 0,
                    1, 0, 0, t, false, 0, 1
                FROM generate_series('2026-11-22T13:50:30Z'::timestamptz,
                    '2026-11-22T14:09:30Z', interval '1 minute') t, generate_series(1, 40) n
                """);
    }

    @AfterAll
    static void stop() throws Exception {
        fixture.close();
    }

    private static InsightsAnswer lastHour(long maxTasks) {
        TimeRange range =
                TimeRange.of(
                        ApiFixture.NOW.minus(Duration.ofHours(1)),
                        ApiFixture.NOW,
                        0,
                        ApiFixture.NOW);
        return queries.ask(
                range,
                context ->
                        new InsightQueries(context, maxTasks)
                                .insights(FAILURES, PriceBook.standard()));
    }

    private static long failedTasks(InsightsAnswer answer) {
        return answer.insights().stream()
                .filter(i -> i.kind().equals("high_error_rate"))
                .map(Insight::tasks)
                .mapToLong(Insight.InsightEvidence::now)
                .sum();
    }

    @Test
    void aRangeWithFewTasks_isExaminedAsAWhole() {
        InsightsAnswer answer = lastHour(800);
        assertThat(answer.examinedFrom()).isEqualTo(answer.head().range().from());
        assertThat(failedTasks(answer)).isEqualTo(800);
    }

    @Test
    void ofMoreTasks_theNewestMinutesAreExamined() {
        InsightsAnswer answer = lastHour(799);
        assertThat(answer.head().range().from()).isEqualTo(Instant.parse("2026-11-22T13:30:00Z"));
        assertThat(answer.examinedFrom()).isEqualTo(Instant.parse("2026-11-22T13:51:00Z"));
        assertThat(failedTasks(answer)).isEqualTo(760);

        answer = lastHour(85);
        assertThat(answer.examinedFrom()).isEqualTo(Instant.parse("2026-11-22T14:08:00Z"));
        assertThat(failedTasks(answer)).isEqualTo(80);
    }

    @Test
    void ofAMinuteWithTooManyTasks_allAreExamined() {
        InsightsAnswer answer = lastHour(1);
        assertThat(answer.examinedFrom()).isEqualTo(Instant.parse("2026-11-22T14:09:00Z"));
        assertThat(failedTasks(answer)).isEqualTo(40);
    }
}
