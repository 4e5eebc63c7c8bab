package io.agentanalytics.api.database;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.ConnectionException;
import org.slf4j.Logger;

/** Tells whether an error is that of a database that may answer later, or one of this program. */
public final class DatabaseErrors {
    /** SQLSTATE codes for an undefined schema, table, column or function. */
    private static final Set<String> MISSING = Set.of("3F000", "42P01", "42703", "42883");

    /** SQLSTATE classes for a connection, resources and an operator; then a read-only server. */
    private static final List<String> PASSING = List.of("08", "53", "57", "25006");

    /** SQLSTATE prefixes for a deadlock and a lock that was not free in time. */
    private static final List<String> CONFLICTS = List.of("40", "55P03");

    private DatabaseErrors() {}

    /**
     * Returns true if Postgres is unreachable, too slow or read-only, has an incompatible schema,
     * or has stopped the statement for another transaction.
     */
    public static boolean isUnavailable(Throwable e) {
        return e instanceof ConnectionException
                || PASSING.stream().anyMatch(sqlState(e)::startsWith)
                || isConflict(e)
                || isOutdated(e);
    }

    /** Returns true if the statement was the victim of a deadlock or waited too long for a lock. */
    static boolean isConflict(Throwable e) {
        return CONFLICTS.stream().anyMatch(sqlState(e)::startsWith);
    }

    /** Returns true if a table, column or function that this version needs is missing. */
    public static boolean isOutdated(Throwable e) {
        return MISSING.contains(sqlState(e));
    }

    private static String sqlState(Throwable e) {
        return e.getCause() instanceof SQLException sql && sql.getSQLState() != null
                ? sql.getSQLState()
                : "";
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
