package io.agentanalytics.api.database;

import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.StatementException;

/** Schema migrations and daily partitions. The data source must connect as the database owner. */
public final class Migrations {
    /** Lock not available, and deadlock detected. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01");

    private static final int TRIES = 20;

    private Migrations() {}

    /** Applies the pending migrations and returns their number. Idempotent. */
    public static int migrate(DataSource owner) {
        return flyway(owner).migrate().migrationsExecuted;
    }

    /** Returns the number of migrations of this version that were not applied. */
    public static int pending(DataSource reader) {
        return flyway(reader).info().pending().length;
    }

    private static Flyway flyway(DataSource database) {
        return Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .schemas("public")
                .load();
    }

    /** Sets the passwords of database roles, keyed by role name. */
    public static void setPasswords(DataSource owner, Map<String, String> passwords) {
        Jdbi.create(owner)
                .useHandle(
                        h ->
                                passwords.forEach(
                                        (role, password) ->
                                                h.execute(
                                                        h.createQuery(
                                                                        "SELECT format('ALTER ROLE %I PASSWORD "
                                                                                + "%L', :role::text, :password::text)")
                                                                .bind("role", role)
                                                                .bind("password", password)
                                                                .mapTo(String.class)
                                                                .one())));
    }

    /**
     * Creates the partitions of the days ahead and drops those past retention. Waits for a table
     * lock for only a few seconds and then retries: a pending lock request blocks every later
     * request on the table, first of all those of the job.
     */
    public static int maintainPartitions(DataSource owner, Instant now) {
        int changed = 0;
        for (int step = patiently(owner, now); step > 0; step = patiently(owner, now)) {
            changed += step;
        }
        return changed;
    }

    private static int patiently(DataSource owner, Instant now) {
        for (int tries = 1; ; tries++) {
            try {
                return maintain(owner, now);
            } catch (StatementException e) {
                boolean locked =
                        e.getCause() instanceof SQLException sql
                                && LOCKED.contains(sql.getSQLState());
                if (!locked || tries == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static int maintain(DataSource owner, Instant now) {
        return Jdbi.create(owner)
                .withHandle(
                        h ->
                                h.createQuery(
                                                """
                                                SELECT store.maintain_partitions(:now)
                                                FROM set_config('lock_timeout', '3s', true),
                                                    store.forget_alerts(:now),
                                                    store.forget_decisions(:now)""")
                                        .bind("now", now.atOffset(ZoneOffset.UTC))
                                        .mapTo(Integer.class)
                                        .one());
    }
}
