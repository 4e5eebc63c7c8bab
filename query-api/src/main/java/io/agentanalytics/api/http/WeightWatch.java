package io.agentanalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RouterWeightQueries;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Newest decisions of the scopes that routers asked for lately. One Postgres poll serves all of
 * them, waiting or not; without routers, no polls are made. A waiting request is a future and holds
 * neither a thread nor a connection. While Postgres does not respond, the last decision remains
 * until it expires.
 */
final class WeightWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WeightWatch.class);
    private static final int PER_CLIENT = 100;
    private static final int IN_ALL = 1000;
    private static final long POLL_MILLIS = 500;

    /** Time for which a scope is polled after a request; longer than a request may wait. */
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    /** Scope that is polled. */
    static final class Watched {
        private volatile @Nullable RouterWeights newest;

        private Watched(RouterWeights newest) {
            this.newest = newest;
        }

        /** Returns the newest decision; null if the scope no longer has one. */
        @Nullable RouterWeights newest() {
            return newest;
        }

        private boolean isStill(String etag, Instant now) {
            RouterWeights decided = newest;
            return decided != null && etag.equals(WeightWatch.etag(decided, now));
        }
    }

    private record Waiting(
            String client, Watched scope, String etag, CompletableFuture<Void> changed) {}

    private final Queries queries;
    private final Cache<String, Watched> scopes =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterAccess(REMEMBERED).build();
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> {
                        Thread thread = new Thread(task, "weight-watch");
                        thread.setDaemon(true);
                        return thread;
                    });

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    WeightWatch(Queries queries) {
        this.queries = queries;
        timer.scheduleWithFixedDelay(
                this::lookSafely, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Returns a scope, which is polled from now on; empty if nothing was decided for it. */
    Optional<Watched> of(String scope) {
        return Optional.ofNullable(scopes.get(scope, this::load));
    }

    /** Returns the ETag, which changes with the version and when the decision expires. */
    static String etag(RouterWeights decided, Instant now) {
        return "W/\"%d%s\"".formatted(decided.version(), decided.isExpired(now) ? "-expired" : "");
    }

    private @Nullable Watched load(String scope) {
        RouterWeights decided = newest(Set.of(scope)).get(scope);
        return decided == null ? null : new Watched(decided);
    }

    private Map<String, RouterWeights> newest(Set<String> scopes) {
        return queries.ask(handle -> new RouterWeightQueries(handle).newest(scopes));
    }

    /** Returns a future that completes when the ETag changes, or after the given time. */
    synchronized CompletableFuture<Void> change(
            Watched scope, String etag, Duration atMost, String client) {
        long own = waiting.stream().filter(w -> w.client.equals(client)).count();
        if (own >= PER_CLIENT || waiting.size() >= IN_ALL) {
            throw new Problem(
                    503,
                    "too_many_waiting",
                    own >= PER_CLIENT
                            ? "A client may have %d requests waiting; ask without wait."
                                    .formatted(PER_CLIENT)
                            : "%d requests are waiting; ask without wait.".formatted(IN_ALL));
        }
        CompletableFuture<Void> changed = new CompletableFuture<>();
        Waiting entry = new Waiting(client, scope, etag, changed);
        waiting.add(entry);
        return changed.completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> waiting.remove(entry));
    }

    /** Catches exceptions: an uncaught exception would cancel the timer. */
    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("The weights could not be polled: {}", e.getMessage());
        }
        Instant now = queries.now();
        for (Waiting one : waiting) {
            if (!one.scope.isStill(one.etag, now)) {
                // Writes the response on this thread: it is small and fits the socket buffer.
                one.changed.complete(null);
            }
        }
    }

    private void look() {
        // Views of the cache do not count as access, so that scopes expire although they are
        // polled.
        Map<String, Watched> polled = Map.copyOf(scopes.asMap());
        if (polled.isEmpty()) {
            return;
        }
        Map<String, RouterWeights> decided = newest(polled.keySet());
        polled.forEach((scope, watched) -> watched.newest = decided.get(scope));
    }

    int waiting() {
        return waiting.size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        Set.copyOf(waiting).forEach(one -> one.changed.complete(null));
    }
}
