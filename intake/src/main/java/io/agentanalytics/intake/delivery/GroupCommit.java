package io.agentanalytics.intake.delivery;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Thread that writes appends to a segment. All waiting appends are written together and share one
 * fsync.
 */
final class GroupCommit implements AutoCloseable {
    private final SegmentSupplier target;
    private final Consumer<Append> undo;
    private final Thread thread = new Thread(this::run, "intake-spool");
    private List<Append> waiting = new ArrayList<>(); // guarded by this, as all below
    private boolean writing;
    private long commits;
    private long seenCommits;
    private boolean closed;

    /** Source of the segment to write to. */
    interface SegmentSupplier {
        Segment get() throws IOException;
    }

    /** Frame that waits to be written. */
    record Append(ByteBuffer frame, int bytes, int records, CompletableFuture<Void> stored) {
        Append(ByteBuffer frame, int records) {
            this(frame, frame.remaining(), records, new CompletableFuture<>());
        }
    }

    /**
     * @param undo called for an append that could not be stored
     */
    GroupCommit(SegmentSupplier target, Consumer<Append> undo) {
        this.target = target;
        this.undo = undo;
        thread.setDaemon(true);
        thread.start();
    }

    synchronized CompletableFuture<Void> add(Append append) {
        if (closed) {
            undo.accept(append);
            return CompletableFuture.failedFuture(new SpoolFullException("The spool is closed."));
        }
        waiting.add(append);
        notifyAll();
        return append.stored();
    }

    /** Returns whether an append is not yet stored. */
    synchronized boolean isBusy() {
        return writing || !waiting.isEmpty();
    }

    /** Waits until a group has been stored since the last call, at most for the given time. */
    synchronized void awaitCommit(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        for (long left = limit.toMillis(); commits == seenCommits && left > 0 && !closed; ) {
            wait(left);
            left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        }
        seenCommits = commits;
    }

    private void run() {
        for (List<Append> group = next(); group != null; group = next()) {
            Throwable failure = store(group);
            synchronized (this) {
                writing = false;
                commits++;
                notifyAll();
            }
            for (Append append : group) {
                if (failure == null) {
                    append.stored().complete(null);
                } else {
                    append.stored()
                            .completeExceptionally(
                                    new SpoolFullException(
                                            "The spool cannot be written: " + failure, failure));
                }
            }
        }
    }

    private synchronized @Nullable List<Append> next() {
        try {
            while (waiting.isEmpty() && !closed) {
                wait();
            }
        } catch (InterruptedException e) {
            closed = true; // nothing interrupts this thread while the spool is in use
        }
        List<Append> group = waiting;
        waiting = new ArrayList<>();
        writing = !group.isEmpty();
        return writing ? group : null;
    }

    /**
     * Stores a group and returns why it cannot be stored; null if it is. Catches everything, such
     * as a lack of direct memory: without this thread, no later append would ever be answered.
     */
    private @Nullable Throwable store(List<Append> group) {
        try {
            write(group, target.get());
            return null;
        } catch (Throwable e) {
            group.forEach(undo);
            return e;
        }
    }

    private static void write(List<Append> group, Segment segment) throws IOException {
        try {
            for (Append append : group) {
                segment.write(append.frame());
            }
            segment.force();
        } catch (Throwable e) {
            discard(segment, e);
            throw e;
        }
    }

    private static void discard(Segment segment, Throwable failure) {
        try {
            segment.discard();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
