package io.agentanalytics.intake;

import io.agentanalytics.contract.DaemonThreads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Threads that parse bodies. Large bodies have their own threads, so that small ones never wait
 * behind them. The queues are bounded by the memory of the bodies in them.
 */
final class Lanes implements AutoCloseable {
    private final ExecutorService small;
    private final ExecutorService large;

    Lanes(int cores) {
        int forLarge = Math.max(1, cores / 2);
        small = threads(Math.max(1, 2 * cores - forLarge), "intake-small");
        large = threads(forLarge, "intake-large");
    }

    private static ExecutorService threads(int count, String name) {
        return Executors.newFixedThreadPool(count, DaemonThreads.named(name));
    }

    /** Work on a body, with an asynchronous result. */
    interface BodyWork<T> {
        CompletableFuture<T> start() throws Exception;
    }

    <T> CompletableFuture<T> small(BodyWork<T> task) {
        return run(small, task);
    }

    <T> CompletableFuture<T> large(BodyWork<T> task) {
        return run(large, task);
    }

    private static <T> CompletableFuture<T> run(ExecutorService lane, BodyWork<T> task) {
        return CompletableFuture.completedFuture(task).thenComposeAsync(Lanes::start, lane);
    }

    private static <T> CompletableFuture<T> start(BodyWork<T> task) {
        try {
            return task.start();
        } catch (Throwable e) { // also a stack overflow that a body caused
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Waits for bodies that are being parsed, at most five seconds. */
    @Override
    public void close() {
        small.shutdown();
        large.shutdown();
        try {
            if (!small.awaitTermination(5, TimeUnit.SECONDS)
                    || !large.awaitTermination(5, TimeUnit.SECONDS)) {
                small.shutdownNow();
                large.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
