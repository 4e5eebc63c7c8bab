package io.agentanalytics.local.doctor;

import io.agentanalytics.api.database.Migrations;
import io.agentanalytics.contract.Liveness;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;

/** Checks of Postgres: tables, roles, partitions, clock, and freshness of the rows. */
final class PostgresChecks {
    private static final Duration CLOCK_DIFFERENCE = Duration.ofSeconds(2);
    private static final int DAYS_AHEAD = 2;

    private final Clock clock;
    private final Consumer<Finding> findings;

    PostgresChecks(Clock clock, Consumer<Finding> findings) {
        this.clock = clock;
        this.findings = findings;
    }

    private void add(Finding finding) {
        findings.accept(finding);
    }

    /** Checks a database, which must accept a connection. */
    void check(PGSimpleDataSource database) throws SQLException {
        try (Connection c = database.getConnection()) {
            add(
                    Finding.ok(
                            "Postgres",
                            c.getMetaData().getDatabaseProductVersion()
                                    + " as "
                                    + database.getUser()));
            if (tables(database)) {
                roles(c);
                partitions(c);
                progress(c);
            }
            Instant there = one(c, "SELECT clock_timestamp()", r -> r.getTimestamp(1).toInstant());
            Duration off = Duration.between(there, clock.instant()).abs();
            add(
                    off.compareTo(CLOCK_DIFFERENCE) < 0
                            ? Finding.ok(
                                    "clock", "differs from Postgres' by " + off.toMillis() + " ms")
                            : Finding.warning(
                                    "clock",
                                    "differs from Postgres' by " + off.toSeconds() + " s",
                                    "run an NTP client on every machine"));
        }
    }

    private boolean tables(DataSource database) {
        int pending;
        try {
            pending = Migrations.pending(database);
        } catch (FlywayException e) {
            // Only tables of this version and later ones let the product's roles read theirs.
            pending = Integer.MAX_VALUE;
        }
        add(
                pending == 0
                        ? Finding.ok("tables", "are those of this version")
                        : Finding.failure(
                                "tables",
                                "are missing or older",
                                "run agent-analytics migrate as their owner"));
        return pending == 0;
    }

    private void roles(Connection c) throws SQLException {
        String missing =
                one(
                        c,
                        """
                        SELECT coalesce(string_agg(r, ', '), '') FROM unnest(ARRAY[
                            'agent_analytics_job', 'agent_analytics_api',
                            'agent_analytics_grafana', 'agent_analytics_upkeep']) AS r
                        WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r)
                        """,
                        r -> r.getString(1));
        add(
                missing.isEmpty()
                        ? Finding.ok("roles", "job, api, grafana and upkeep are there")
                        : Finding.failure(
                                "roles",
                                missing + " missing",
                                "run agent-analytics migrate as their owner"));
    }

    private void partitions(Connection c) throws SQLException {
        long ahead =
                one(
                        c,
                        """
                        SELECT coalesce(min(days), -1) FROM (
                            SELECT coalesce(max(to_date(right(p.relname, 8), 'YYYYMMDD'))
                                - (now() AT TIME ZONE 'UTC')::date, -1) AS days
                            FROM store.retention r LEFT JOIN pg_class t ON t.relname = r.table_name
                            LEFT JOIN pg_inherits i ON i.inhparent = t.oid
                            LEFT JOIN pg_class p ON p.oid = i.inhrelid AND p.relname ~ '[0-9]{8}$'
                            GROUP BY r.table_name) AS ahead
                        """,
                        r -> r.getLong(1));
        String detail = "created for %d days ahead".formatted(ahead);
        String remedy =
                "see the API's log: the API creates partitions at its start and "
                        + "every hour; until then rows go to default partitions";
        add(
                ahead >= DAYS_AHEAD
                        ? Finding.ok("partitions", detail)
                        : ahead >= 0
                                ? Finding.warning("partitions", detail, remedy)
                                : Finding.failure("partitions", "today has none", remedy));
    }

    private void progress(Connection c) throws SQLException {
        Instant sampled =
                one(
                        c,
                        "SELECT max(sampled_at) FROM store.progress",
                        r ->
                                r.getTimestamp(1) == null
                                        ? Instant.EPOCH
                                        : r.getTimestamp(1).toInstant());
        Duration age = Duration.between(sampled, clock.instant());
        add(
                sampled.equals(Instant.EPOCH)
                        ? Finding.warning(
                                "rows",
                                "the job has written none yet",
                                "send events; see README, Your own events")
                        : age.compareTo(Liveness.JOB_SILENCE) < 0
                                ? Finding.ok("rows", "written " + age.toSeconds() + " s ago")
                                : Finding.failure(
                                        "rows",
                                        "the job has written nothing for " + age.toSeconds() + " s",
                                        "look at the job on Flink's page"));
    }

    private interface RowReader<T> {
        T of(ResultSet row) throws SQLException;
    }

    private static <T> T one(Connection c, String sql, RowReader<T> read) throws SQLException {
        try (var statement = c.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return read.of(row);
        }
    }
}
