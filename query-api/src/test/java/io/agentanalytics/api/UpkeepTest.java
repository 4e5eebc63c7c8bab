package io.agentanalytics.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.agentanalytics.api.options.ApiOptions;
import io.agentanalytics.contract.Retention;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions of a database that was not migrated for a while. */
class UpkeepTest {
    /** As on the day after the last partition that was made: none for today or later. */
    private static final String DROP_FROM_TODAY =
            """
            DO $$ DECLARE r record; BEGIN
             FOR r IN SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
               WHERE c.relnamespace = 'store'::regnamespace AND c.relname ~ '\\d{8}$'
                 AND right(c.relname, 8) >= to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD') LOOP
               EXECUTE format('DROP TABLE store.%I', r.relname);
             END LOOP; END $$""";

    private static final String PARTITIONS_AHEAD =
            "SELECT count(*) FROM pg_class WHERE relname ~ '\\d{8}$' AND "
                    + "right(relname, 8) > to_char(now() AT TIME ZONE 'UTC', "
                    + "'YYYYMMDD') AND relkind = 'r'";

    private static final String ROWS_IN_DEFAULT_PARTITIONS =
            "SELECT (SELECT count(*) FROM store.task_verdicts_default) "
                    + "+ (SELECT count(*) FROM store.system_window_default) "
                    + "+ (SELECT count(*) FROM store.provider_window_default)";

    @TempDir static Path directory;
    private EmbeddedPostgres postgres;

    @BeforeAll
    static void prepare() throws Exception {
        PreparedPostgres.prepare(directory.resolve("prepared"), Instant.now());
    }

    @BeforeEach
    void start() throws Exception {
        Path copy = directory.resolve(Long.toString(System.nanoTime()));
        postgres = PreparedPostgres.copy(directory.resolve("prepared"), copy);
    }

    @AfterEach
    void stop() throws Exception {
        postgres.close();
    }

    @Test
    void tablesAreKeptForTheDaysThatTheCodeAssumes() throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT table_name, days FROM store.retention")) {
            while (row.next()) {
                boolean minutes = row.getString(1).matches("\\w+_window_(minute|five_minutes)");
                assertThat(row.getInt(2))
                        .as(row.getString(1))
                        .isEqualTo(minutes ? Retention.CELL_MINUTES_DAYS : Retention.DAYS);
            }
        }
    }

    @Test
    void apiMakesMissingPartitions_andRowsThatCameMeanwhileMoveIn() throws Exception {
        execute(DROP_FROM_TODAY);
        execute(
                "INSERT INTO store.task_verdicts (verdict_at, task_id, "
                        + "event_id, success) VALUES (now(), 't', 'e', true)");
        assertThat(number("SELECT count(*) FROM store.task_verdicts_default")).isOne();

        try (QueryApi first = api();
                QueryApi second = api()) {
            await().atMost(Duration.ofMinutes(3)).until(() -> number(PARTITIONS_AHEAD) > 7);
            assertThat(first.port()).isNotEqualTo(second.port());
        }

        assertThat(number("SELECT count(*) FROM store.task_verdicts_default")).isZero();
        assertThat(number("SELECT count(*) FROM store.task_verdicts")).isOne();
        assertThat(
                        number(
                                "SELECT count(*) FROM pg_indexes WHERE schemaname = "
                                        + "'store' AND tablename = 'task_verdicts_' || "
                                        + "to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')"))
                .isEqualTo(
                        number(
                                "SELECT count(*) FROM pg_indexes WHERE schemaname = "
                                        + "'store' AND tablename = 'task_verdicts_default'"));
    }

    @Test
    void aCallMovesTheRowsOfOneTableAndDay_andCountsDroppedWindowsOnce() throws Exception {
        execute(
                "INSERT INTO store.provider_window (granularity, window_start, provider, model, "
                        + "closed, epoch, seen, requests, request_latency, task_duration) "
                        + "VALUES (3600, now() - interval '40 days', 'openai', 'm', true, 1, 0, "
                        + "7, '', '')");
        execute(DROP_FROM_TODAY);
        for (String at : new String[] {"now()", "now() + interval '1 day'"}) {
            execute(
                    "INSERT INTO store.task_verdicts (verdict_at, task_id, event_id, success) "
                            + "VALUES ("
                            + at
                            + ", 't', 'e', true)");
            execute(
                    "INSERT INTO store.system_window (granularity, window_start, closed, epoch, "
                            + "seen, request_latency, task_duration) VALUES (60, "
                            + at
                            + ", true, 1, 0, '', '')");
        }

        for (int waiting = 4; waiting > 0; waiting--) {
            assertThat(number(ROWS_IN_DEFAULT_PARTITIONS)).isEqualTo(waiting + 1);
            assertThat(number("SELECT store.upkeep()")).isPositive();
        }
        await().until(() -> number("SELECT store.upkeep()") == 0);

        assertThat(number(ROWS_IN_DEFAULT_PARTITIONS)).isZero();
        assertThat(number("SELECT count(*) FROM store.task_verdicts")).isEqualTo(2);
        assertThat(number("SELECT count(*) FROM store.system_window")).isEqualTo(2);
        assertThat(
                        number(
                                "SELECT dropped FROM store.counters "
                                        + "WHERE metric = 'requests' AND provider = 'openai'"))
                .isEqualTo(7);
    }

    @Test
    void everyPartitionedTableHasADefaultPartition() throws Exception {
        assertThat(
                        number(
                                "SELECT count(*) FROM store.retention r WHERE "
                                        + "to_regclass('store.' || table_name || '_default') IS "
                                        + "NULL"))
                .isZero();
    }

    @Test
    void roleOfTheApiMayOnlyDoUpkeep() throws Exception {
        try (Connection api =
                        postgres.getDatabase("agent_analytics_api", "postgres").getConnection();
                Statement statement = api.createStatement()) {
            statement.execute("SELECT store.upkeep()");
            for (String forbidden :
                    new String[] {
                        "SELECT store.maintain_partitions('2099-01-01')",
                        "SELECT store.make_partition('task_verdicts', '2099-01-01')",
                        "DROP TABLE store.task_verdicts_default",
                        "DELETE FROM store.task_verdicts"
                    }) {
                assertThatThrownBy(() -> statement.execute(forbidden))
                        .as(forbidden)
                        .isInstanceOf(SQLException.class)
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isEqualTo("42501");
            }
        }
    }

    private QueryApi api() {
        return QueryApi.start(
                ApiOptions.loopback(
                        0,
                        postgres.getJdbcUrl("agent_analytics_api", "postgres"),
                        "agent_analytics_api"),
                Clock.systemUTC(),
                null);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
