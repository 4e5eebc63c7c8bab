package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.agentanalytics.api.database.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A month of days, one task each at noon, while the clock goes over midnight. */
class HistoryTest {
    private static final Instant EVENING = Instant.parse("2026-11-22T23:59:30Z");
    private static final Instant MIDNIGHT = Instant.parse("2026-11-23T00:00:10Z");

    @TempDir Path directory;
    private EmbeddedPostgres postgres;
    private QueryApi api;
    private final Hand clock = new Hand();

    /** A clock that is set by hand. */
    private static final class Hand extends Clock {
        private volatile Instant now = EVENING;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private void sql(String text) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(text);
        }
    }

    private void setClock(Instant now) throws SQLException {
        clock.now = now;
        Migrations.maintainPartitions(postgres.getPostgresDatabase(), now);
        sql(
                ("INSERT INTO store.progress VALUES (true, '%s', '%s', 0, 0) ON "
                                + "CONFLICT (singleton) DO UPDATE SET sampled_at = "
                                + "excluded.sampled_at, event_time = excluded.event_time")
                        .formatted(now, now));
    }

    private void taskAtNoon(int daysAgo) throws SQLException {
        String day = EVENING.minus(Duration.ofDays(daysAgo)).toString().substring(0, 10);
        for (int seconds :
                daysAgo <= 2 ? new int[] {60, 300, 3600, 86_400} : new int[] {3600, 86_400}) {
            sql(
                    """
                    INSERT INTO store.agent_window (granularity, window_start, agent_id, agent_type,
                        provider, model, closed, epoch, seen,
                        tasks, tasks_succeeded, task_cost_reported, request_latency, task_duration)
                    VALUES (%d, date_bin('%d seconds', '%sT12:00:00Z', 'epoch'), 'a', 't', '', '',
                        true, 0, 1, 1, 1, 0.000000001, '', '')
                    """
                            .formatted(seconds, seconds, day));
        }
        sql(
                """
                INSERT INTO store.task_execution_timeline (task_id, ended_at, agent_id, agent_type,
                    root_task_id, outcome, calls, calls_failed,
                    cost_reported, cost_priced, requests_unpriced, verdict_until, retracted, epoch,
                    seen)
                VALUES ('task-%d', '%sT12:00:00Z', 'a', 't', 'r', 'succeeded', 0, 0, 0.000000001, 0,
                    0, '%sT13:00:00Z', false, 0, 1)
                """
                        .formatted(daysAgo, day, day));
    }

    private JsonNode agent(String range) throws Exception {
        return ApiFixture.json(
                        ApiFixture.get(
                                api.port(),
                                "/api/analytics/agents/a?" + range,
                                "Cache-Control",
                                "no-cache"))
                .path("agent");
    }

    private long rowsOf(String table) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var rows =
                        connection
                                .createStatement()
                                .executeQuery("SELECT count(*) FROM store." + table)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void midnightDropsTheOldestDay_andLateVerdictsCorrectAnyOther() throws Exception {
        postgres = ApiFixture.postgresOf(directory);
        Migrations.migrate(postgres.getPostgresDatabase());
        try (var upkeep = ApiFixture.holdUpkeep(postgres)) {
            assertThat(upkeep.isClosed()).isFalse();
            setClock(EVENING);
            for (int daysAgo = 0; daysAgo <= 30; daysAgo++) {
                taskAtNoon(daysAgo);
            }
            api = QueryApi.start(ApiFixture.options(postgres, 0), clock, null);

            assertThat(rowsOf("task_execution_timeline")).isEqualTo(31);
            assertThat(agent("from=now-30d").path("tasks").asInt()).isEqualTo(30);
            assertThat(agent("from=now-24h").path("tasks").asInt()).isEqualTo(1);
            assertThat(agent("from=2026-11-22T00:00:00Z").path("tasks").asInt()).isEqualTo(1);

            setClock(MIDNIGHT);
            assertThat(rowsOf("task_execution_timeline")).isEqualTo(30);
            assertThat(rowsOf("agent_window WHERE granularity = 86400")).isEqualTo(30);
            assertThat(rowsOf("agent_window WHERE granularity = 60")).isEqualTo(2);
            assertThat(agent("from=now-30d").path("tasks").asInt()).isEqualTo(30);
            assertThat(agent("from=now-30d").path("cost_usd").decimalValue())
                    .isEqualByComparingTo("0.00000003");
            assertThat(agent("from=now-24h").path("tasks").asInt()).isEqualTo(1);

            // Written in the first seconds of the new day: the partition was made ahead.
            sql(
                    "INSERT INTO store.agent_window (granularity, window_start, "
                            + "agent_id, agent_type, provider, model, closed, epoch, seen, "
                            + "tasks, tasks_failed, request_latency, task_duration) VALUES "
                            + "(60, '2026-11-23T00:00:00Z', 'a', 't', '', '', false, 0, 1, 1, "
                            + "1, '', '')");
            assertThat(agent("from=now-24h").path("tasks").asInt()).isEqualTo(2);
            assertThat(agent("from=now-5m").path("failed").asInt()).isEqualTo(1);

            sql(
                    "INSERT INTO store.task_verdicts VALUES ('task-9', "
                            + "'2026-11-23T00:00:05Z', 'v', false)");
            assertThat(agent("from=now-30d").path("succeeded").asInt()).isEqualTo(29);
            assertThat(agent("from=now-30d").path("failed").asInt()).isEqualTo(2);
            JsonNode task =
                    ApiFixture.json(ApiFixture.get(api.port(), "/api/analytics/tasks/task-9"));
            assertThat(task.path("outcome").asText()).isEqualTo("failed");
        } finally {
            if (api != null) {
                api.close();
            }
            postgres.close();
        }
    }
}
