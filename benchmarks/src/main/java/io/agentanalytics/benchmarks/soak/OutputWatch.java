package io.agentanalytics.benchmarks.soak;

import io.agentanalytics.contract.DaemonThreads;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Observes five times per second whether rows in Postgres change and how far the job is. */
final class OutputWatch implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 200;

    /** Longest interval without new rows that is part of normal operation. */
    private static final long PAUSE_MILLIS = 1_500;

    private static final String TIMEOUTS = "&connectTimeout=2&loginTimeout=2&socketTimeout=2";
    private static final String QUERY =
            """
            SELECT (SELECT coalesce(sum(requests + tasks), 0) FROM store.system_window
                     WHERE granularity = 10 AND window_start > now() - interval '30 minutes'),
                   (SELECT coalesce(extract(epoch FROM event_time) * 1000, 0)::bigint
                      FROM store.progress)
            """;

    private final String url;
    private final Thread thread;
    private final List<Long> outputs = new ArrayList<>();
    private long counted = -1;
    private volatile long eventTimeMillis;

    OutputWatch(String databaseUrl) {
        this.url = databaseUrl + TIMEOUTS;
        this.thread = DaemonThreads.named("output watch").newThread(this::watch);
        thread.start();
    }

    /**
     * Interruption of the output.
     *
     * @param lastMillis time of the last output before it
     * @param firstMillis time of the first output after it
     */
    record Interruption(long lastMillis, long firstMillis) {
        long millis() {
            return firstMillis - lastMillis;
        }
    }

    /** Waits until the job has reached an event time; returns false if it does not in time. */
    boolean awaitEventTime(long millis, long patienceMillis) throws InterruptedException {
        long until = System.currentTimeMillis() + patienceMillis;
        while (eventTimeMillis < millis) {
            if (System.currentTimeMillis() > until) {
                return false;
            }
            Thread.sleep(INTERVAL_MILLIS);
        }
        return true;
    }

    /**
     * Returns the time from the last output before the first pause until the first output after the
     * last pause, of the pauses that ended after a time. Without a pause, returns the longest
     * interval between outputs.
     */
    synchronized @Nullable Interruption interruption(long sinceMillis) {
        Interruption all = null;
        Interruption longest = null;
        for (int i = 1; i < outputs.size(); i++) {
            Interruption gap = new Interruption(outputs.get(i - 1), outputs.get(i));
            if (gap.firstMillis() > sinceMillis) {
                longest = longest == null || gap.millis() > longest.millis() ? gap : longest;
                if (gap.millis() > PAUSE_MILLIS) {
                    long last = all == null ? gap.lastMillis() : all.lastMillis();
                    all = new Interruption(last, gap.firstMillis());
                }
            }
        }
        return all == null ? longest : all;
    }

    private void watch() {
        while (!thread.isInterrupted()) {
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement()) {
                while (true) {
                    poll(statement);
                    Thread.sleep(INTERVAL_MILLIS);
                }
            } catch (SQLException e) {
                // Postgres is unavailable: no output.
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void poll(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(QUERY)) {
            row.next();
            changed(row.getLong(1), System.currentTimeMillis());
            eventTimeMillis = row.getLong(2);
        }
    }

    private synchronized void changed(long count, long now) {
        if (count != counted) {
            counted = count;
            outputs.add(now);
        }
    }

    private void pause() {
        try {
            Thread.sleep(INTERVAL_MILLIS);
        } catch (InterruptedException e) {
            thread.interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
