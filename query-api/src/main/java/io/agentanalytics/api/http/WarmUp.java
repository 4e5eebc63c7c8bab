package io.agentanalytics.api.http;

import io.agentanalytics.api.query.Dashboard;
import io.agentanalytics.api.query.Listing;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.TimeRange;
import io.agentanalytics.contract.DaemonThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Warm-up: runs the dashboard's initial queries until they are fast, so that compiled code,
 * connections and Postgres caches are warm before the first client request. The process is ready
 * when it is warm.
 */
final class WarmUp implements AutoCloseable {
    private static final Duration FAST = Duration.ofSeconds(1);

    /**
     * Maximum warm-up time. A database that is always slow must not prevent the process from
     * serving.
     */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);

    /** Timeout of a readiness probe. Probes retry soon. */
    private static final Duration PATIENCE_OF_A_PROBE = Duration.ofSeconds(2);

    private static final Listing FIRST_PAGE =
            new Listing("cost_usd", true, List.of(), "", null, 1000, null);

    private final Queries queries;
    private final Dashboard dashboard;
    private final CountDownLatch warm = new CountDownLatch(1);
    private final Thread thread = DaemonThreads.named("warm-up").newThread(this::run);
    private volatile @Nullable RuntimeException failure;

    WarmUp(Queries queries, Dashboard dashboard) {
        this.queries = queries;
        this.dashboard = dashboard;
    }

    void start() {
        thread.start();
    }

    private void run() {
        long until = System.nanoTime() + LONGEST.toNanos();
        try {
            while (!isFast() && System.nanoTime() < until) {
                Thread.sleep(BETWEEN_TRIES.toMillis());
            }
            warm.countDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isFast() throws InterruptedException {
        for (; ; ) {
            long begun = System.nanoTime();
            try {
                Instant now = queries.now();
                TimeRange lastHour = TimeRange.of(now.minus(Duration.ofHours(1)), now, 0, now);
                var unused =
                        Answer.of(
                                queries.ask(
                                        lastHour, context -> dashboard.data(context, FIRST_PAGE)));
                failure = null;
                return System.nanoTime() - begun < FAST.toNanos();
            } catch (RuntimeException e) {
                failure = e;
                Thread.sleep(BETWEEN_TRIES.toMillis());
            }
        }
    }

    /** Throws an exception unless the warm-up has finished. */
    void require() {
        try {
            if (warm.await(PATIENCE_OF_A_PROBE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeException reason = failure;
        throw reason != null
                ? reason
                : new Problem(
                        503,
                        "warming_up",
                        "The first answers are being prepared; try again in a second.");
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
