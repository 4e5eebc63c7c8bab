package io.agentanalytics.job.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes waiting rows to one table in its own thread, and retries until Postgres accepts them. A
 * row that Postgres rejects because of its content is found by bisecting its batch; the others are
 * written.
 */
final class RowWriter<T> implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);
    private static final int FULL = 1000;
    private static final long LINGER_MILLIS = 200;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    private static final int STATEMENT_TIMEOUT_SECONDS = 20;

    /**
     * SQLSTATE classes of errors in the data: cardinality violation, data exception, integrity
     * constraint violation (including a missing partition), WITH CHECK OPTION violation, program
     * limit exceeded. https://www.postgresql.org/docs/current/errcodes-appendix.html
     */
    private static final Set<String> OF_THE_ROW = Set.of("21", "22", "23", "44", "54");

    private final Table<T> table;
    private final WaitingRows<T> rows;
    private final PostgresConnector connector;
    private final WriteProgress progress;
    private volatile @Nullable Connection connection;
    private volatile boolean closed;
    private int failures;
    private long failingSince;

    /** Listener for written rows and failed attempts. */
    interface WriteProgress {
        void wrote(int rows);

        void failed();
    }

    RowWriter(
            Table<T> table,
            WaitingRows<T> rows,
            PostgresConnector connector,
            WriteProgress progress) {
        this.table = table;
        this.rows = rows;
        this.connector = connector;
        this.progress = progress;
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                writeBatch(rows.take(batchSize(), LINGER_MILLIS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            rows.end();
            disconnect();
        }
    }

    /**
     * Returns the batch size, halved by each failure: a statement that timed out may have been too
     * large.
     */
    private int batchSize() {
        return Math.max(1, FULL >> Math.min(failures, 9));
    }

    private void writeBatch(List<T> batch) throws InterruptedException {
        try {
            write(connected(), batch);
            progress.wrote(rows.written());
            recovered();
        } catch (SQLException | RuntimeException e) {
            rows.giveBack();
            disconnect();
            pause(e);
        }
    }

    private Connection connected() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = connector.connect();
            connection = open;
        }
        return open;
    }

    private void write(Connection to, List<T> batch) throws SQLException {
        try {
            table.upsert(to, batch, STATEMENT_TIMEOUT_SECONDS);
        } catch (SQLException | RuntimeException e) {
            String reason = reasonOfRow(e);
            if (reason == null) {
                throw e;
            }
            if (batch.size() == 1) {
                rows.refuse(batch.get(0), reason);
                return;
            }
            int half = batch.size() / 2;
            write(to, batch.subList(0, half));
            write(to, batch.subList(half, batch.size()));
        }
    }

    /** Returns the reason for rejecting a row, or null if the row is not the cause. */
    private static @Nullable String reasonOfRow(Exception e) {
        if (!(e instanceof SQLException sql)) {
            return e.toString();
        }
        String state = sql.getSQLState();
        if (state == null || state.length() != 5 || !OF_THE_ROW.contains(state.substring(0, 2))) {
            return null;
        }
        // The driver's own message would contain the row.
        ServerErrorMessage server =
                sql instanceof PSQLException psql ? psql.getServerErrorMessage() : null;
        return "%s (SQLSTATE %s)"
                .formatted(server == null ? sql.getMessage() : server.getMessage(), state);
    }

    private void pause(Exception e) throws InterruptedException {
        if (closed) {
            return;
        }
        progress.failed();
        failures++;
        if (failures == 1) {
            failingSince = System.nanoTime();
            LOG.warn("Cannot write to store.{}; its rows wait: {}", table.name(), e.toString());
        }
        long pause = FIRST_PAUSE_MILLIS << Math.min(failures - 1, 6);
        TimeUnit.MILLISECONDS.sleep(Math.min(pause, LONGEST_PAUSE_MILLIS));
    }

    private void recovered() {
        if (failures > 0) {
            LOG.info(
                    "store.{} is written again after {} s; {} rows wait.",
                    table.name(),
                    Duration.ofNanos(System.nanoTime() - failingSince).toSeconds(),
                    rows.size());
            failures = 0;
        }
    }

    /** Stops {@link #run}, even while it waits for an unresponsive server. */
    void close() {
        closed = true;
        disconnect();
    }

    private void disconnect() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A connection did not close.", e);
            }
        }
    }
}
