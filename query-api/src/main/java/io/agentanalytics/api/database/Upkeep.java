package io.agentanalytics.api.database;

import com.zaxxer.hikari.HikariDataSource;
import io.agentanalytics.contract.DaemonThreads;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the partitions of the days ahead and drops those past retention, at startup and then
 * every hour. Uses a database function that can do nothing else. If several API processes run, an
 * advisory lock in that function lets only one of them work.
 */
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final long INTERVAL_SECONDS = 3600;
    private static final long RETRY_SECONDS = 60;
    private static final long CONFLICT_RETRY_SECONDS = 5;

    private final HikariDataSource database;
    private final Jdbi jdbi;
    private final ScheduledExecutorService timer;

    private Upkeep(HikariDataSource database) {
        this.database = database;
        this.jdbi = Jdbi.create(database);
        this.timer = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("upkeep"));
    }

    /** Starts maintenance immediately and takes ownership of the connection pool. */
    public static Upkeep start(HikariDataSource database) {
        Upkeep upkeep = new Upkeep(database);
        upkeep.timer.execute(upkeep::run);
        return upkeep;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    private void run() {
        long next = INTERVAL_SECONDS;
        try {
            int changed = 0;
            for (int step = maintain(); step > 0; step = maintain()) {
                changed += step;
            }
            if (changed > 0) {
                LOG.info("Upkeep of the tables: {} partitions created or dropped.", changed);
            }
        } catch (RuntimeException e) {
            DatabaseErrors.log(LOG, "Partitions were not maintained", e);
            next = DatabaseErrors.isConflict(e) ? CONFLICT_RETRY_SECONDS : RETRY_SECONDS;
        }
        if (!timer.isShutdown()) {
            timer.schedule(this::run, next, TimeUnit.SECONDS);
        }
    }

    /**
     * Uses a short lock timeout: a pending lock request blocks every later request on the table,
     * first of all those of the job.
     */
    private int maintain() {
        return jdbi.inTransaction(
                handle -> {
                    handle.execute("SET LOCAL lock_timeout = '3s'");
                    return handle.createQuery("SELECT store.upkeep()").mapTo(Integer.class).one();
                });
    }

    @Override
    public void close() {
        timer.shutdownNow();
        database.close();
    }
}
