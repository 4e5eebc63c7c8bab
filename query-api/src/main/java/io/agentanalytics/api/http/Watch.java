package io.agentanalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.api.query.BudgetQueries;
import io.agentanalytics.api.query.Queries;
import io.agentanalytics.api.query.RouterWeightQueries;
import io.agentanalytics.api.view.WeightViews.RouterWeights;
import io.agentanalytics.contract.DaemonThreads;
import io.agentanalytics.contract.budgets.BudgetStatus;
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
 * Newest values of the keys that clients asked for lately: decisions of scopes, or the status of
 * budgets. One Postgres poll serves all of them, waiting or not; without clients, no polls are
 * made. A waiting request is a future and holds neither a thread nor a connection. While Postgres
 * does not respond, the last value remains until it expires.
 */
final class Watch<T> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);

    /** Maximum time that a request may wait for a change. */
    static final int MAX_WAIT_SECONDS = 60;

    private static final int PER_CLIENT = 100;
    private static final int IN_ALL = 1000;
    private static final long POLL_MILLIS = 500;

    /** Time for which a key is polled after a request; longer than a request may wait. */
    private static final Duration REMEMBERED = Duration.ofMinutes(2);

    /** Reads the newest values of keys, and names their versions. */
    private interface Source<T> {
        Map<String, T> newest(Set<String> keys);

        long version(T value);

        Instant validUntil(T value);
    }

    /** Key that is polled. */
    static final class Watched<T> {
        private volatile @Nullable T newest;

        private Watched(T newest) {
            this.newest = newest;
        }

        /** Returns the newest value; null if the key no longer has one. */
        @Nullable T newest() {
            return newest;
        }
    }

    private record Waiting<T>(
            String client, Watched<T> of, String etag, CompletableFuture<Void> changed) {}

    private final String name;
    private final Queries queries;
    private final Source<T> source;
    private final Cache<String, Watched<T>> keys =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterAccess(REMEMBERED).build();
    private final Set<Waiting<T>> waiting = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer;

    @SuppressWarnings("FutureReturnValueIgnored") // logs its failures itself
    private Watch(String name, Queries queries, Source<T> source) {
        this.name = name;
        this.queries = queries;
        this.source = source;
        timer = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(name + "-watch"));
        timer.scheduleWithFixedDelay(
                this::pollSafely, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Watches the decisions of scopes. */
    static Watch<RouterWeights> weights(Queries queries) {
        return new Watch<>(
                "weights",
                queries,
                new Source<>() {
                    @Override
                    public Map<String, RouterWeights> newest(Set<String> scopes) {
                        return queries.ask(h -> new RouterWeightQueries(h).newest(scopes));
                    }

                    @Override
                    public long version(RouterWeights decided) {
                        return decided.version();
                    }

                    @Override
                    public Instant validUntil(RouterWeights decided) {
                        return decided.validUntil();
                    }
                });
    }

    /** Watches the status of budgets. */
    static Watch<BudgetStatus> budgets(Queries queries) {
        return new Watch<>(
                "budgets",
                queries,
                new Source<>() {
                    @Override
                    public Map<String, BudgetStatus> newest(Set<String> ids) {
                        return queries.ask(h -> new BudgetQueries(h).newest(ids));
                    }

                    @Override
                    public long version(BudgetStatus status) {
                        return status.version();
                    }

                    @Override
                    public Instant validUntil(BudgetStatus status) {
                        return status.validUntil();
                    }
                });
    }

    /** Returns a key, which is polled from now on; empty if it has no value. */
    Optional<Watched<T>> of(String key) {
        return Optional.ofNullable(keys.get(key, this::load));
    }

    /** Returns the ETag, which changes with the version and when the value expires. */
    String etag(T value) {
        return "W/\"%d%s\"".formatted(source.version(value), isExpired(value) ? "-expired" : "");
    }

    boolean isExpired(T value) {
        return source.validUntil(value).isBefore(queries.now());
    }

    /** Returns how many seconds are left until a value expires. */
    long secondsLeft(T value) {
        return Math.max(0, Duration.between(queries.now(), source.validUntil(value)).toSeconds());
    }

    private @Nullable Watched<T> load(String key) {
        T value = source.newest(Set.of(key)).get(key);
        return value == null ? null : new Watched<>(value);
    }

    /** Returns a future that completes when the ETag changes, or after the given time. */
    synchronized CompletableFuture<Void> change(
            Watched<T> of, String etag, Duration atMost, String client) {
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
        Waiting<T> entry = new Waiting<>(client, of, etag, changed);
        waiting.add(entry);
        return changed.completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((done, failure) -> waiting.remove(entry));
    }

    /** Catches exceptions: an uncaught exception would cancel the timer. */
    private void pollSafely() {
        try {
            poll();
        } catch (RuntimeException e) {
            DatabaseErrors.log(LOG, "The " + name + " could not be polled", e);
        }
        for (Waiting<T> one : waiting) {
            T value = one.of.newest;
            if (value == null || !one.etag.equals(etag(value))) {
                // Writes the response on this thread: it is small and fits the socket buffer.
                one.changed.complete(null);
            }
        }
    }

    private void poll() {
        // Views of the cache do not count as access, so that keys expire although they are polled.
        Map<String, Watched<T>> polled = Map.copyOf(keys.asMap());
        if (polled.isEmpty()) {
            return;
        }
        Map<String, T> newest = source.newest(polled.keySet());
        polled.forEach((key, watched) -> watched.newest = newest.get(key));
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
