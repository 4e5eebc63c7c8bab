package io.agentanalytics.intake.delivery;

import io.agentanalytics.sources.Outgoing;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Thread that delivers the spooled batches in order, and then changes to direct writes. */
final class Drainer implements Runnable, AutoCloseable {
    private static final long CHUNK_BYTES = 1 << 20;
    private static final long PATIENCE_SECONDS = 10;
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final RecordWriter writer;
    private final Spool spool;
    private final Handover handover;
    private final LogLimit log;
    private final Thread thread = new Thread(this, "intake-drainer");
    private Duration pause = SHORTEST_PAUSE;
    private boolean awake = true; // guarded by this
    private boolean closed; // guarded by this

    /** Change from spooled to direct writes, when few batches remain in the spool. */
    interface Handover {
        /** Holds new batches back. */
        void begin();

        /** Returns whether new batches are held back, which is limited in time. */
        boolean isUnderWay();

        /**
         * Releases waiting batches. Returns true if the spool is empty, so that they are written to
         * Kafka directly.
         */
        boolean end();
    }

    Drainer(RecordWriter writer, Spool spool, Handover handover, LogLimit log) {
        this.writer = writer;
        this.spool = spool;
        this.handover = handover;
        this.log = log;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Starts to drain; called when batches are no longer written to Kafka directly. */
    synchronized void wake() {
        awake = true;
        notifyAll();
    }

    @Override
    public void run() {
        try {
            while (awaitWork()) {
                if (drain()) {
                    pause = SHORTEST_PAUSE;
                } else {
                    rest();
                }
            }
        } catch (InterruptedException e) {
            // The intake stops; the remaining batches are delivered after its next start.
        }
    }

    private synchronized boolean awaitWork() throws InterruptedException {
        while (!awake && !closed) {
            wait();
        }
        return !closed;
    }

    /**
     * Delivers the next batches. Catches everything but interrupts: without this thread, no spooled
     * batch would be delivered before the next start.
     *
     * @return false if there is a reason to wait before the next attempt
     */
    private boolean drain() throws InterruptedException {
        try {
            Spool.Chunk chunk = spool.read(CHUNK_BYTES);
            if (chunk != null) {
                deliver(chunk);
            } else if (!writer.isReachable()) {
                return false;
            }
            if (chunk == null || chunk.bytes() < CHUNK_BYTES) {
                handOver();
            }
            return true;
        } catch (IOException e) {
            log.warn("The spool cannot be read", e);
            return false;
        } catch (RuntimeException | Error e) {
            log.error("The spool cannot be delivered", e);
            return false;
        }
    }

    /**
     * Delivers the last batches while new ones wait, and stops draining if the spool is empty then.
     */
    private void handOver() throws InterruptedException, IOException {
        handover.begin();
        try {
            while (handover.isUnderWay() && !spool.isEmpty() && deliverNext()) {}
        } finally {
            synchronized (this) {
                // Before writes become direct: a failure right after that wakes this thread again.
                awake = false;
            }
            if (!handover.end()) {
                wake();
            }
        }
    }

    /** Returns false if Kafka did not confirm the next batches. */
    private boolean deliverNext() throws InterruptedException, IOException {
        Spool.Chunk chunk = spool.read(CHUNK_BYTES);
        if (chunk == null) {
            spool.awaitRecords(SHORTEST_PAUSE);
            return true;
        }
        boolean confirmed = unconfirmed(chunk.records()).isEmpty();
        if (confirmed) {
            spool.acknowledge(chunk);
        }
        return confirmed;
    }

    private void deliver(Spool.Chunk chunk) throws InterruptedException, IOException {
        List<Outgoing> left = unconfirmed(chunk.records());
        while (!left.isEmpty() && !isClosed()) {
            rest();
            left = unconfirmed(left);
        }
        if (left.isEmpty()) {
            spool.acknowledge(chunk);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Writes records and returns those that Kafka did not confirm. */
    private List<Outgoing> unconfirmed(List<Outgoing> records) throws InterruptedException {
        List<CompletableFuture<Void>> acks = Delivery.start(writer, records);
        List<Outgoing> left = new ArrayList<>();
        for (int i = 0; i < records.size(); i++) {
            if (!isConfirmed(acks.get(i))) {
                left.add(records.get(i));
            }
        }
        return left;
    }

    private boolean isConfirmed(CompletableFuture<Void> ack) throws InterruptedException {
        try {
            ack.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            log.warn("Kafka does not confirm spooled records; they remain spooled", e);
            return false;
        }
    }

    /**
     * Waits before the next attempt. Each wait is twice as long as the one before, up to a limit.
     */
    private synchronized void rest() throws InterruptedException {
        long end = System.nanoTime() + pause.toNanos();
        for (long left = pause.toMillis(); left > 0 && !closed; ) {
            wait(left);
            left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        }
        Duration twice = pause.multipliedBy(2);
        pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
