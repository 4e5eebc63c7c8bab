package io.agentanalytics.api.database;

import java.sql.SQLException;
import java.util.Set;
import org.jdbi.v3.core.ConnectionException;
import org.slf4j.Logger;

/** Tells whether an error is that of a database that may answer later, or one of this program. */
public final class DatabaseErrors {
    /** SQLSTATE codes for an undefined schema, table, column or function. */
    private static final Set<String> MISSING = Set.of("3F000", "42P01", "42703", "42883");

    private DatabaseErrors() {}

    /** Returns true if Postgres is unreachable, too slow or has an incompatible schema. */
    public static boolean isUnavailable(Throwable e) {
        if (e instanceof ConnectionException) {
            return true;
        }
        if (e.getCause() instanceof SQLException sql && sql.getSQLState() != null) {
            String state = sql.getSQLState();
            return state.startsWith("08")
                    || state.startsWith("57")
                    || state.startsWith("53")
                    || isOutdated(e);
        }
        return false;
    }

    /** Returns true if a table, column or function that this version needs is missing. */
    public static boolean isOutdated(Throwable e) {
        return e.getCause() instanceof SQLException sql
                && sql.getSQLState() != null
                && MISSING.contains(sql.getSQLState());
    }

    /**
     * Logs the failure of work that is tried again: a line if Postgres is unavailable, and the
     * stack of any other error.
     *
     * @param failed sentence about the failure, without the full stop
     */
    public static void log(Logger log, String failed, RuntimeException e) {
        if (isUnavailable(e)) {
            log.warn("{}; trying again. Postgres: {}", failed, e.getMessage());
        } else {
            log.error("{}.", failed, e);
        }
    }
}
