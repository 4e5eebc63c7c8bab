package io.agentanalytics.api.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.agentanalytics.api.database.Database;
import io.agentanalytics.api.database.DatabaseErrors;
import io.agentanalytics.contract.DaemonThreads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cache of shared responses. A response is loaded once, shared while it is fresh, refreshed in the
 * background while clients request it, and kept as a fallback for when Postgres does not respond.
 */
final class AnswerCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerCache.class);
    private static final long MAX_BYTES = 64L << 20;
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /**
     * Time after expiry during which the old response is returned while a new one is loaded; longer
     * if loading took longer than half of it.
     */
    private static final Duration RENEWING = Duration.ofSeconds(5);

    /**
     * Timeout for a first response: longer than one statement may take, shorter than browsers wait.
     */
    private static final Duration PATIENCE = Database.LONGEST_STATEMENT.plusSeconds(4);

    /**
     * Timeout if an older response exists. After it, the older response is returned while the new
     * one is still being loaded.
     */
    private static final Duration PATIENCE_WITH_OLDER = Duration.ofSeconds(3);

    private static final int LOADERS = 4;
    private static final int WAITING = 100;

    private record Entry(Answer answer, long loadedAt, Duration took, Duration kept) {
        Duration age() {
            return Duration.ofNanos(System.nanoTime() - loadedAt);
        }

        /**
         * Returns the freshness lifetime. Expensive responses stay fresh longer, so that loading
         * one of them uses at most a fifth of a processor.
         */
        Duration fresh() {
            return longer(kept, longer(SHORTEST, shorter(LONGEST, took.multipliedBy(4))));
        }

        /** Returns true if the response is not replaced even at the request of a client. */
        boolean isKept() {
            return age().compareTo(kept) < 0;
        }

        boolean isShared() {
            Duration twice = took.multipliedBy(2);
            return age().compareTo(fresh().plus(longer(RENEWING, twice))) <= 0;
        }

        private static Duration longer(Duration a, Duration b) {
            return a.compareTo(b) > 0 ? a : b;
        }

        private static Duration shorter(Duration a, Duration b) {
            return a.compareTo(b) < 0 ? a : b;
        }
    }

    /** Response with its age and, if it is stale, the reason that no newer one is available. */
    record CachedAnswer(Answer answer, Duration age, @Nullable RuntimeException stale) {}

    private final Cache<String, Entry> entries =
            Caffeine.newBuilder()
                    .maximumWeight(MAX_BYTES)
                    .weigher((String key, Entry e) -> e.answer.weight() + 2 * key.length())
                    .expireAfterAccess(KEPT)
                    .build();
    private final Map<String, CompletableFuture<Entry>> loading = new ConcurrentHashMap<>();
    private final Cache<String, RuntimeException> failures =
            Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(BETWEEN_TRIES).build();
    private final ThreadPoolExecutor loaders;

    AnswerCache() {
        loaders =
                new ThreadPoolExecutor(
                        LOADERS,
                        LOADERS,
                        1,
                        TimeUnit.MINUTES,
                        new ArrayBlockingQueue<>(WAITING),
                        DaemonThreads.named("answers"));
    }

    /**
     * Returns the response for a key.
     *
     * @param key identical for identical requests
     * @param newest true to bypass the cache
     * @param kept minimum lifetime, which {@code newest} does not shorten
     * @throws RuntimeException if the query fails and no older response is available
     */
    CachedAnswer get(String key, boolean newest, Duration kept, Supplier<Object> question) {
        Entry known = entries.getIfPresent(key);
        if (known != null && (!newest || known.isKept())) {
            CachedAnswer cached = cached(key, known, kept, question);
            if (cached != null) {
                return cached;
            }
        }
        try {
            Entry loaded =
                    load(key, kept, question)
                            .orTimeout(
                                    (known == null ? PATIENCE : PATIENCE_WITH_OLDER).toMillis(),
                                    TimeUnit.MILLISECONDS)
                            .join();
            return new CachedAnswer(loaded.answer, loaded.age(), null);
        } catch (CompletionException e) {
            RuntimeException cause = cause(e);
            if (known == null || !isPassing(cause)) {
                throw cause;
            }
            failures.put(key, cause);
            return new CachedAnswer(known.answer, known.age(), cause);
        }
    }

    /** Returns the known response, or null if it is too old. Renews one that is stale. */
    private @Nullable CachedAnswer cached(
            String key, Entry known, Duration kept, Supplier<Object> question) {
        Duration age = known.age();
        if (age.compareTo(known.fresh()) <= 0) {
            return new CachedAnswer(known.answer, age, null);
        }
        RuntimeException failure = failures.getIfPresent(key);
        if (failure != null) {
            return new CachedAnswer(known.answer, age, failure);
        }
        if (known.isShared()) {
            renew(key, kept, question);
            return new CachedAnswer(known.answer, age, null);
        }
        return null;
    }

    /**
     * Returns true if the error is transient, so that an older response may be returned instead.
     */
    private static boolean isPassing(RuntimeException e) {
        return DatabaseErrors.isUnavailable(e)
                || (e instanceof Problem problem && problem.status() == 503);
    }

    private static RuntimeException cause(CompletionException e) {
        if (e.getCause() instanceof TimeoutException) {
            return Problem.tooSlow();
        }
        return e.getCause() instanceof RuntimeException cause ? cause : e;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // notes its failures itself
    private void renew(String key, Duration kept, Supplier<Object> question) {
        load(key, kept, question)
                .whenComplete(
                        (entry, failure) -> {
                            if (failure instanceof CompletionException e) {
                                noteFailure(key, cause(e));
                            }
                        });
    }

    private void noteFailure(String key, RuntimeException failure) {
        if (isPassing(failure)) {
            failures.put(key, failure);
        } else if (!(failure instanceof Problem)) {
            LOG.error("The answer to {} was not renewed.", key, failure);
        }
    }

    private CompletableFuture<Entry> load(String key, Duration kept, Supplier<Object> question) {
        CompletableFuture<Entry> mine = new CompletableFuture<>();
        CompletableFuture<Entry> running = loading.putIfAbsent(key, mine);
        if (running != null) {
            return running.thenApply(e -> e);
        }
        try {
            loaders.execute(
                    () -> {
                        try {
                            long asked = System.nanoTime();
                            Answer answer = Answer.of(question.get());
                            Duration took = Duration.ofNanos(System.nanoTime() - asked);
                            Entry entry = new Entry(answer, asked, took, kept);
                            entries.put(key, entry);
                            failures.invalidate(key);
                            loading.remove(key);
                            mine.complete(entry);
                        } catch (Throwable e) {
                            loading.remove(key);
                            mine.completeExceptionally(e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            loading.remove(key);
            mine.completeExceptionally(Problem.overloaded());
        }
        return mine.thenApply(e -> e);
    }

    @Override
    public void close() {
        loaders.shutdownNow();
        loading.values().forEach(f -> f.completeExceptionally(Problem.overloaded()));
    }
}
